import { clsx } from 'clsx';
import { type MouseEvent, memo, type ReactNode } from 'react';
import { toOneLine } from '../lib/plain-text.ts';
import { Duration } from '../ui/duration.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { RowDetails } from './row-details.tsx';
import { RowFrame, RowToggle } from './row-frame.tsx';
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
  linkOf: (eventId: string) => string | null;
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
      <RowFrame
        at={row.event.at}
        startedAt={startedAt}
        actor={actor}
        loud={loud.has(row.kind)}
        dot={
          <StatusDot
            shape={mark.shape}
            tone={mark.tone}
            running={mark.running ?? false}
            label={mark.label}
            className={row.kind === 'thought' || row.kind === 'status' ? 'opacity-60' : undefined}
          />
        }
        end={
          <>
            <Took row={row} />
            <RowToggle
              label={`Details of ${actor}: ${mark.label}`}
              open={open}
              tabIndex={active ? 0 : -1}
              onToggle={() => onToggle(row)}
            />
          </>
        }
        aria-posinset={position + 1}
        aria-setsize={-1}
        aria-label={`${actor}: ${mark.label}`}
        data-event-id={row.event.id}
        data-seq={row.event.seq ?? undefined}
        data-active={active || undefined}
        onClick={(event) => isPressOnRow(event) && onToggle(row)}
        className={clsx(
          marked ? 'border-accent bg-accent-soft' : active ? 'border-accent bg-selected' : 'border-transparent',
          failed && !active && !marked && 'bg-bad-soft/50',
        )}
      >
        <RowText row={row} />
        {open && (
          <div data-details="">
            <RowDetails row={row} linkOf={linkOf} renderEvidence={renderEvidence} />
          </div>
        )}
      </RowFrame>
    );
  },
);
