import { Link } from '@tanstack/react-router';
import { Bot, ChevronRight, Cpu, User } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { AuditItem, Verified } from '../api/audit.ts';
import { textOf, toOneLine } from '../lib/plain-text.ts';
import { PlainCode } from '../lib/plain-text-block.tsx';
import { Badge } from '../ui/badge.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { actionInWords, whoActed } from './audit-words.ts';

const actors: Record<string, { icon: typeof User; label: string }> = {
  user: { icon: User, label: 'Person' },
  ai_agent: { icon: Bot, label: 'Agent' },
};
const system = { icon: Cpu, label: 'System' };

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-faint">{name}</dt>
    <dd className="wrap-anywhere min-w-0 font-mono text-muted">{children}</dd>
  </>
);

const Details = ({ item, id }: { item: AuditItem; id: string }) => (
  <div id={id} className="col-span-full flex flex-col gap-2 pb-2 max-sm:order-4">
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-xs">
      <Fact name="Entry">{item.auditId}</Fact>
      {typeof item.resourceId === 'string' && <Fact name="About">{toOneLine(item.resourceId)}</Fact>}
      {typeof item.hash === 'string' && <Fact name="Hash">{item.hash}</Fact>}
    </dl>
    <PlainCode label="Details of the entry" text={textOf(item.metadata ?? {})} />
  </div>
);

const AuditRow = ({ item, altered }: { item: AuditItem; altered: boolean }) => {
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  const { icon: Icon, label } = actors[item.actorType] ?? system;
  const who = whoActed(item) ?? label;
  const what = actionInWords(item.action);
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-line border-b px-4 py-(--row-pad) text-sm [contain-intrinsic-size:auto_38px] [content-visibility:auto] hover:bg-hover sm:min-h-row sm:grid-cols-[11.5rem_10rem_minmax(0,1fr)_auto] lg:grid-cols-[12.5rem_12rem_minmax(0,1fr)_auto] sm:py-0">
      <Time at={item.timestamp} format="exact" className="text-faint text-xs max-sm:order-2" />
      <span className="flex min-w-0 items-center gap-1.5 text-muted max-sm:order-3 max-sm:text-xs">
        <Icon className="size-3.5" />
        <span className="sr-only">{label}</span>
        <span className="truncate" title={who}>
          {toOneLine(who)}
        </span>
      </span>
      <span className="wrap-anywhere flex min-w-0 flex-wrap items-center gap-x-2 text-ink max-sm:order-0 max-sm:col-span-2">
        {toOneLine(what)}
        {item.incidentId !== null && item.incidentId !== undefined && (
          <Link
            to="/incidents/$incidentId"
            params={{ incidentId: item.incidentId }}
            className="min-h-6 rounded-sm font-mono text-accent text-xs leading-6 no-underline hover:underline"
          >
            {item.incidentId}
          </Link>
        )}
        {altered && (
          <Badge tone="bad" icon={<StatusDot tone="bad" shape="cross" />}>
            Altered
          </Badge>
        )}
      </span>
      <IconButton
        label={`${open ? 'Hide' : 'Show'} details of ${what}`}
        icon={<ChevronRight className={open ? 'rotate-90' : undefined} />}
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={() => setOpen(!open)}
        className="-mr-1.5 max-sm:order-1"
      />
      {open && <Details item={item} id={detailsId} />}
    </li>
  );
};

type AuditListProps = { items: readonly AuditItem[]; altered: Verified['altered'] | undefined };

export const AuditList = ({ items, altered }: AuditListProps) => (
  <ul aria-label="Audit entries">
    {items.map((item) => (
      <AuditRow key={item.auditId} item={item} altered={altered?.has(item.auditId) === true} />
    ))}
  </ul>
);
