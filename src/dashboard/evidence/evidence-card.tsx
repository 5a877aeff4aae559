import { clsx } from 'clsx';
import {
  BookOpen,
  Braces,
  ChartLine,
  ChevronRight,
  DatabaseZap,
  FileDiff,
  FileSearch,
  type LucideIcon,
  Rocket,
  ScrollText,
  Siren,
  Split,
} from 'lucide-react';
import { memo, useState } from 'react';
import type { EvidenceItem } from '../../incident/state.ts';
import { CheckAgain } from '../lib/check-again.tsx';
import { textOf, toOneLine } from '../lib/plain-text.ts';
import { PlainCode, PlainText } from '../lib/plain-text-block.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Time } from '../ui/time.tsx';
import { EvidenceBody } from './evidence-body.tsx';

const kindIcons: Record<string, LucideIcon> = {
  log: ScrollText,
  metric: ChartLine,
  diff: FileDiff,
  trace: Split,
  query: DatabaseZap,
  deployment: Rocket,
  code_change: FileDiff,
  alert: Siren,
  runbook: BookOpen,
};

type EvidenceCardProps = {
  incidentId: string;
  item: EvidenceItem;
  /** The words of it that claims quote. */
  quotes: readonly string[] | undefined;
  open: boolean;
  marked: boolean;
  onOpen: (evidenceId: string, open: boolean) => void;
};

const rawOf = ({
  label: _label,
  eventId: _eventId,
  at: _at,
  firstAt: _first,
  checkAskedAt: _asked,
  ...sent
}: EvidenceItem): string => textOf(sent);

export const EvidenceCard = memo(({ incidentId, item, quotes, open, marked, onOpen }: EvidenceCardProps) => {
  const [raw, setRaw] = useState(false);
  const Icon = kindIcons[item.data?.kind ?? item.type] ?? FileSearch;
  return (
    <article
      id={`evidence-${item.evidenceId}`}
      aria-label={`Evidence ${item.label}`}
      tabIndex={-1}
      className={clsx('px-4 max-md:scroll-mt-11 py-2 -outline-offset-2', marked && 'bg-accent-soft/60')}
    >
      <div className="flex items-start gap-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => onOpen(item.evidenceId, !open)}
          className="group grid min-w-0 flex-1 grid-cols-[auto_minmax(0,1fr)] gap-x-2 rounded-sm text-left"
        >
          <span className="mt-px flex h-4.5 items-center rounded-sm bg-accent-soft px-1 font-medium font-mono text-2xs text-accent">
            {item.label}
          </span>
          <span className={clsx('wrap-anywhere text-ink text-sm', !open && 'line-clamp-2')}>
            {toOneLine(item.summary)}
          </span>
          <span className="col-start-2 flex min-w-0 items-center gap-1 text-faint text-xs">
            <Icon className="size-3!" />
            <span className="truncate">
              {toOneLine(item.source, 60)}
              {item.agentName !== '' && ` · ${toOneLine(item.agentName, 40)}`}
            </span>
            <span aria-hidden="true">·</span>
            <Time at={item.at} format="relative" />
            <ChevronRight className={clsx('size-3! transition-transform group-hover:text-ink', open && 'rotate-90')} />
          </span>
        </button>
        {open && (
          <div className="flex shrink-0">
            <IconButton
              label={raw ? 'Show it drawn' : 'Show it raw'}
              icon={<Braces className={raw ? 'text-accent' : undefined} />}
              aria-pressed={raw}
              onClick={() => setRaw(!raw)}
            />
            <CheckAgain incidentId={incidentId} item={item} />
            <CopyButton label={`Copy ${item.label}`} text={() => rawOf(item)} />
          </div>
        )}
      </div>
      {open && (
        <div className="mt-2 min-w-0">
          {item.summary.length > 400 && <PlainText text={item.summary} className="text-muted text-xs" />}
          {raw ? (
            <PlainCode label="Raw evidence" text={rawOf(item)} />
          ) : (
            <EvidenceBody item={item} {...(quotes !== undefined && { quotes })} />
          )}
        </div>
      )}
    </article>
  );
});
