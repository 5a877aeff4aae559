import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { toOneLine } from '../lib/plain-text.ts';
import { Duration } from '../ui/duration.tsx';
import { formatElapsed } from '../ui/format-time.ts';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { actorOf, markOf } from './row-label.ts';
import { isFailed, type Row } from './rows.ts';

type RunRowProps = {
  /** The steps that it stands for, oldest first. */
  rows: readonly Row[];
  startedAt: number;
  open: boolean;
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
  const text = row.kind === 'status' || row.kind === 'thought' ? row.text : '';
  return (
    <p className="flex min-w-0 items-baseline gap-x-1.5 text-muted">
      <span className="min-w-0 truncate">{toOneLine(text)}</span>
      <span className="tabular shrink-0">×{count}</span>
    </p>
  );
};

/** Repeated steps of an agent in one line; what failed among them stands below it, whether it is open or not. */
export const RunRow = ({ rows, startedAt, open, marked, onToggle }: RunRowProps) => {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  const actor = toOneLine(actorOf(first), 60);
  const failed = rows.filter(isFailed).length;
  const running = rows.some((row) => row.kind === 'tool' && row.state === 'running');
  const tookMs = rows.reduce((sum, row) => sum + (row.kind === 'tool' ? (row.durationMs ?? 0) : 0), 0);
  const mark = markOf(rows.find((row) => row.kind === 'tool' && row.state === 'running') ?? last);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a larger target for the row's own button, which works by keyboard
    <article
      aria-label={`${actor}: ${rows.length} repeated steps`}
      onClick={(event) => {
        if (!(event.target instanceof Element) || event.target.closest('button') === null) onToggle();
      }}
      className="group grid cursor-pointer grid-cols-[1rem_minmax(0,1fr)_auto_auto] items-start gap-x-2 border-transparent border-l-2 px-3 py-1 text-sm hover:bg-hover @2xl:grid-cols-[4.25rem_4.75rem_1rem_5.25rem_minmax(0,1fr)_auto] @2xl:px-4"
    >
      <Time
        at={first.event.at}
        className="col-start-3 row-start-1 font-mono text-faint text-xs leading-5 @2xl:col-start-1"
      />
      <span className="tabular hidden whitespace-nowrap font-mono text-faint text-xs leading-5 @2xl:inline">
        +{formatElapsed(first.event.at - startedAt)}
      </span>
      <span className="col-start-1 row-start-1 flex h-5 items-center @2xl:col-start-3">
        <StatusDot shape={mark.shape} tone={mark.tone} running={running} label={mark.label} />
      </span>
      <span className="col-start-2 row-start-1 truncate text-muted text-xs leading-5 @2xl:col-start-4">{actor}</span>
      <div className="col-span-3 col-start-2 row-start-2 min-w-0 @2xl:col-span-1 @2xl:col-start-5 @2xl:row-start-1">
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
      </div>
      <span className="tabular col-start-4 row-start-1 flex h-5 items-center gap-1 text-muted text-xs @2xl:col-start-6">
        {failed > 0 && <span className="text-bad">{failed} failed</span>}
        {tookMs > 0 && <Duration ms={tookMs} />}
        <button
          type="button"
          tabIndex={-1}
          data-row-toggle=""
          aria-expanded={open}
          aria-label={`${open ? 'Fold' : 'Show'} ${rows.length} repeated steps of ${actor}`}
          onClick={onToggle}
          className="flex size-5 items-center justify-center rounded-sm text-faint opacity-40 hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:size-7"
        >
          <ChevronRight className={clsx('size-3.5! transition-transform', open && 'rotate-90')} />
        </button>
      </span>
    </article>
  );
};
