import { toOneLine } from '../lib/plain-text.ts';
import { Duration } from '../ui/duration.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { RowFrame, RowToggle } from './row-frame.tsx';
import { actorOf, markOf } from './row-label.ts';
import { isFailed, type Row } from './rows.ts';

type RunRowProps = {
  /** The steps that it stands for, oldest first. */
  rows: readonly Row[];
  startedAt: number;
  open: boolean;
  active: boolean;
  /** The events in it as elements of their own, where no row of theirs is drawn. */
  marked: boolean;
  onToggle: () => void;
};

const Told = ({ row, count }: { row: Row; count: number }) => {
  if (row.kind === 'tool')
    return (
      <p className="flex min-w-0 items-baseline gap-x-1.5">
        <b className="max-w-2/5 shrink-0 truncate font-semibold text-ink">{toOneLine(row.tool, 80)}</b>
        <span className="tabular shrink-0 text-muted">×{count}</span>
        <span className="min-w-0 truncate text-muted">
          {row.state === 'running' ? toOneLine(row.reason) : `last: ${toOneLine(row.outcome ?? '')}`}
        </span>
      </p>
    );
  if (row.kind === 'note')
    return (
      <p className="flex min-w-0 items-baseline gap-x-1.5">
        <b className="shrink-0 font-semibold text-ink">{row.what}</b>
        <span className="tabular shrink-0 text-muted">×{count}</span>
        <span className="min-w-0 truncate text-muted">last: {toOneLine(row.text)}</span>
      </p>
    );
  const text = row.kind === 'status' || row.kind === 'thought' ? row.text : '';
  return (
    <p className="flex min-w-0 items-baseline gap-x-1.5 text-muted">
      <span className="min-w-0 truncate">{toOneLine(text)}</span>
      <span className="tabular shrink-0">×{count}</span>
    </p>
  );
};

/** Repeated steps of an agent in one line; what failed among them stands below it, whether it is open or not. */
export const RunRow = ({ rows, startedAt, open, active, marked, onToggle }: RunRowProps) => {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  const actor = toOneLine(actorOf(first), 60);
  const failed = rows.filter(isFailed).length;
  const running = rows.some((row) => row.kind === 'tool' && row.state === 'running');
  const tookMs = rows.reduce((sum, row) => sum + (row.kind === 'tool' ? (row.durationMs ?? 0) : 0), 0);
  const mark = markOf(rows.find((row) => row.kind === 'tool' && row.state === 'running') ?? last);
  return (
    <RowFrame
      at={first.event.at}
      startedAt={startedAt}
      actor={actor}
      dot={<StatusDot shape={mark.shape} tone={mark.tone} running={running} label={mark.label} />}
      end={
        <>
          {failed > 0 && <span className="text-bad">{failed} failed</span>}
          {tookMs > 0 && <Duration ms={tookMs} />}
          <RowToggle
            label={`${open ? 'Fold' : 'Show'} ${rows.length} repeated steps of ${actor}`}
            open={open}
            tabIndex={active ? 0 : -1}
            onToggle={onToggle}
          />
        </>
      }
      aria-label={`${actor}: ${rows.length} repeated steps`}
      data-active={active || undefined}
      onClick={(event) => {
        if (!(event.target instanceof Element) || event.target.closest('button') === null) onToggle();
      }}
      className={active ? 'border-accent bg-selected' : 'border-transparent'}
    >
      <Told row={last} count={rows.length} />
      {marked && !open && (
        <span hidden>
          {rows.flatMap((row) =>
            isFailed(row)
              ? []
              : [row.event, ...row.later].map(({ id, seq }) => (
                  <span key={id} data-event-id={id} data-seq={seq ?? undefined} />
                )),
          )}
        </span>
      )}
    </RowFrame>
  );
};
