import { clsx } from 'clsx';
import { ArrowDown, ArrowUp, ChevronDown, Diamond, FileSearch, Gavel, type LucideIcon, Wrench, X } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { checkpointBefore, pastOf } from '../../incident/chronicle.ts';
import { emptyInvestigation } from '../../incident/empty.ts';
import { useLiveFeed } from '../store/use-investigation.ts';
import type { Unread } from '../store/use-unread.ts';
import { formatNumber } from '../ui/format-number.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Time } from '../ui/time.tsx';
import { type SinceLine, sinceLines } from './since.ts';

const icons: Record<SinceLine['kind'], { icon: LucideIcon; tone: string; says: string }> = {
  cause: { icon: Diamond, tone: 'text-good', says: '' },
  up: { icon: ArrowUp, tone: 'text-accent', says: 'More likely: ' },
  down: { icon: ArrowDown, tone: 'text-faint', says: 'Less likely: ' },
  evidence: { icon: FileSearch, tone: 'text-accent', says: '' },
  decision: { icon: Gavel, tone: 'text-warn', says: '' },
  action: { icon: Wrench, tone: 'text-accent', says: '' },
};

type SinceProps = {
  incidentId: string;
  unread: Unread | null;
  /** For who is here for the first time: what happened before the event with this number. */
  late: number | null;
  /** One line until more is asked for: what else is there matters more. */
  folded: boolean;
  onDismiss: () => void;
};

const Dismiss = memo(({ onDismiss }: Pick<SinceProps, 'onDismiss'>) => (
  <IconButton label="Dismiss" icon={<X />} onClick={onDismiss} className="-mr-1.5" />
));

/** For who comes back, or comes late: what changed meanwhile, in five lines. */
export const SinceYouLooked = ({ incidentId, unread, late, folded, onDismiss }: SinceProps) => {
  const [open, setOpen] = useState(false);
  const { chronicle } = useLiveFeed(incidentId);
  const ordinal = unread?.ordinal ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was before stays what it was as more comes
  const before = useMemo(() => {
    if (ordinal === null) return null;
    const past = pastOf(chronicle, ordinal)?.investigation ?? checkpointBefore(chronicle, ordinal)?.investigation;
    return past ?? emptyInvestigation(incidentId);
  }, [ordinal, chronicle.generation, incidentId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was before somebody came stays what it was
  const until = useMemo(
    () => (late === null ? null : (pastOf(chronicle, late)?.investigation ?? chronicle.investigation)),
    [late, chronicle.generation],
  );
  const from = before ?? (until === null ? null : emptyInvestigation(incidentId));
  if (from === null) return null;
  const lines = sinceLines(from, before === null && until !== null ? until : chronicle.investigation);
  const count = unread === null ? (late ?? 0) : chronicle.end - unread.ordinal;
  const events = count === 1 ? '1 event' : `${formatNumber(count)} events`;
  const title = unread === null ? 'Before you came' : 'Since you last looked';
  return (
    <section aria-label={title} className={clsx('border-line px-4', folded ? 'py-1.5' : 'border-t py-2.5')}>
      <header className="flex items-center justify-between gap-2">
        <h2 className="truncate font-semibold text-ink text-sm">{title}</h2>
        <span className="flex shrink-0 items-center gap-1 text-faint text-xs">
          {unread !== null && <Time at={unread.at} format="relative" />}
          {folded && !open && <span className="tabular">{events}</span>}
          {folded && (
            <IconButton
              label={open ? 'Show less of it' : 'Show what happened'}
              icon={<ChevronDown className={clsx('transition-transform', open && 'rotate-180')} />}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            />
          )}
          <Dismiss onDismiss={onDismiss} />
        </span>
      </header>
      {(!folded || open) && (
        <ul className="flex flex-col gap-1 text-xs">
          {lines.map(({ kind, text }) => {
            const { icon: Icon, tone, says } = icons[kind];
            return (
              <li key={kind} className="grid grid-cols-[0.875rem_minmax(0,1fr)] items-start gap-x-1.5">
                <Icon className={`mt-0.5 size-3.5! ${tone}`} aria-hidden="true" />
                <span className="wrap-anywhere tabular text-muted">
                  <span className="sr-only">{says}</span>
                  {text}
                </span>
              </li>
            );
          })}
          <li className="tabular text-faint">{events}</li>
        </ul>
      )}
    </section>
  );
};
