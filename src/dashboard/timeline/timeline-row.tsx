import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { type MouseEvent, memo, type ReactNode } from 'react';
import { toOneLine } from '../lib/plain-text.ts';
import { Duration } from '../ui/duration.tsx';
import { formatElapsed } from '../ui/format-time.ts';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { RowDetails } from './row-details.tsx';
import { actorOf, markOf } from './row-label.ts';
import { RowText } from './row-text.tsx';
import { isFailed, type Row } from './rows.ts';

type TimelineRowProps = {
  row: Row;
  position: number;
  startedAt: number;
  open: boolean;
  active: boolean;
  marked: boolean;
  onToggle: (row: Row) => void;
  linkOf: (eventId: string) => string;
  renderEvidence: (evidenceId: string) => ReactNode;
};

/** Waiting is shown as what it is, while it lasts and afterwards. */
const Waited = ({ from, until }: { from: number; until: number | null }) => (
  <span className={until === null ? 'text-warn' : undefined}>
    {until === null ? 'waiting ' : 'waited '}
    <Duration from={from} to={until} />
  </span>
);

const Took = ({ row }: { row: Row }) => {
  if ((row.kind === 'agent' || row.kind === 'plan') && row.wait !== null)
    return <Waited from={row.event.at} until={row.wait.until?.at ?? null} />;
  if (row.kind !== 'tool' && row.kind !== 'step' && row.kind !== 'plan') return null;
  const running = (row.kind === 'tool' && row.state === 'running') || (row.kind === 'step' && row.status === 'running');
  if (running) return <Duration from={row.event.at} className="text-accent" />;
  return row.durationMs === null ? null : <Duration ms={row.durationMs} />;
};

/** A press on the row opens it, but not one on a control in it, nor the end of a selection. */
const isPressOnRow = (event: MouseEvent<HTMLElement>): boolean =>
  event.target instanceof Element &&
  event.target.closest('button, a, summary, pre, [data-details]') === null &&
  (getSelection()?.isCollapsed ?? true);

const loud: ReadonlySet<Row['kind']> = new Set(['finding', 'root-cause', 'plan']);

export const TimelineRow = memo(
  ({ row, position, startedAt, open, active, marked, onToggle, linkOf, renderEvidence }: TimelineRowProps) => {
    const mark = markOf(row);
    const failed = isFailed(row);
    const actor = toOneLine(actorOf(row), 60);
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: a larger target for the row's own button, which works by keyboard
      <article
        aria-posinset={position + 1}
        aria-setsize={-1}
        aria-label={`${actor}: ${mark.label}`}
        data-event-id={row.event.id}
        data-seq={row.event.seq ?? undefined}
        data-active={active || undefined}
        onClick={(event) => isPressOnRow(event) && onToggle(row)}
        className={clsx(
          'group grid cursor-pointer grid-cols-[1rem_minmax(0,1fr)_auto_auto] items-start gap-x-2 border-l-2 px-3 py-1 text-sm hover:bg-hover @2xl:grid-cols-[4.25rem_4.75rem_1rem_5.25rem_minmax(0,1fr)_auto] @2xl:px-4',
          marked ? 'border-accent bg-accent-soft' : active ? 'border-accent bg-selected' : 'border-transparent',
          failed && !active && !marked && 'bg-bad-soft/50',
        )}
      >
        <Time
          at={row.event.at}
          className="col-start-3 row-start-1 font-mono text-faint text-xs leading-5 @2xl:col-start-1"
        />
        <span className="tabular hidden whitespace-nowrap font-mono text-faint text-xs leading-5 @2xl:inline">
          +{formatElapsed(row.event.at - startedAt)}
        </span>
        <span className="col-start-1 row-start-1 flex h-5 items-center @2xl:col-start-3">
          <StatusDot
            shape={mark.shape}
            tone={mark.tone}
            running={mark.running ?? false}
            label={mark.label}
            className={row.kind === 'thought' || row.kind === 'status' ? 'opacity-60' : undefined}
          />
        </span>
        <span
          className={clsx(
            'col-start-2 row-start-1 truncate text-xs leading-5 @2xl:col-start-4',
            loud.has(row.kind) ? 'text-ink' : 'text-muted',
          )}
        >
          {actor}
        </span>
        <div className="col-span-3 col-start-2 row-start-2 min-w-0 @2xl:col-span-1 @2xl:col-start-5 @2xl:row-start-1">
          <RowText row={row} />
          {open && (
            <div data-details="">
              <RowDetails row={row} linkOf={linkOf} renderEvidence={renderEvidence} />
            </div>
          )}
        </div>
        <span className="tabular col-start-4 row-start-1 flex h-5 items-center gap-1 text-muted text-xs @2xl:col-start-6">
          <Took row={row} />
          <button
            type="button"
            tabIndex={active ? 0 : -1}
            data-row-toggle=""
            aria-expanded={open}
            aria-label={`Details of ${actor}: ${mark.label}`}
            onClick={() => onToggle(row)}
            className="flex size-5 items-center justify-center rounded-sm text-faint opacity-40 hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:size-7"
          >
            <ChevronRight className={clsx('size-3.5! transition-transform', open && 'rotate-90')} />
          </button>
        </span>
      </article>
    );
  },
);
