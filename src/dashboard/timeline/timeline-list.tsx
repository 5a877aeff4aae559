import { ArrowDown } from 'lucide-react';
import { type ReactNode, type RefObject, useCallback, useState } from 'react';
import { formatNumber } from '../ui/format-number.ts';
import { goingAway } from '../ui/going-away.ts';
import type { RowView } from './filter-rows.ts';
import type { PlacedNote } from './place-notes.ts';
import { RowNoteLine } from './row-notes.tsx';
import type { RowStop } from './row-stops.ts';
import type { Row } from './rows.ts';
import { RunRow } from './run-row.tsx';
import { TimelineRow } from './timeline-row.tsx';
import type { ListWindow } from './use-list-window.ts';

type TimelineListProps = {
  scroller: RefObject<HTMLDivElement | null>;
  list: ListWindow;
  view: RowView;
  end: number;
  startedAt: number;
  /** Where the keyboard is. */
  active: RowStop | undefined;
  markedId: string | null;
  notes: readonly PlacedNote[];
  /** Rows at the end that came since the list stopped following it. */
  unseen: number;
  busy: boolean;
  /** Above the first row. */
  lead: ReactNode;
  /** `isHead`: it is the heading of a run, which begins with this row. */
  onOpen: (row: Row, isHead?: boolean) => void;
  linkOf: (eventId: string) => string | null;
  renderEvidence: (evidenceId: string) => ReactNode;
};

const has = (row: Row, eventId: string | null): boolean =>
  eventId !== null && (row.event.id === eventId || row.later.some(({ id }) => id === eventId));

const rowsBetween = (view: RowView, start: number, end: number): Row[] => {
  const rows: Row[] = [];
  for (let index = start; index < end; index += 1) {
    const row = view.rowAt(index);
    if (row !== undefined) rows.push(row);
  }
  return rows;
};

const Notes = ({ notes, at }: { notes: readonly PlacedNote[]; at: number }) =>
  notes.map(({ index, note }) => (index === at ? <RowNoteLine key={`${note.kind} ${note.at}`} note={note} /> : null));

export const TimelineList = ({
  scroller,
  list,
  view,
  end,
  startedAt,
  active,
  markedId,
  notes,
  unseen,
  busy,
  lead,
  onOpen,
  linkOf,
  renderEvidence,
}: TimelineListProps) => {
  const { layout, indexes } = list;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const onToggle = useCallback(
    (row: Row) => {
      onOpen(row);
      setOpen((before) => {
        const after = new Set(before);
        if (!after.delete(row.event.id)) after.add(row.event.id);
        return after;
      });
    },
    [onOpen],
  );
  const lastDrawn = layout.headingOf(end - 1) ?? end - 1;
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="feed"
        aria-label="Events"
        aria-live="off"
        aria-busy={busy}
        onScroll={list.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by keyboard
        tabIndex={0}
        className="@container h-full overflow-y-auto overflow-x-hidden overscroll-contain bg-canvas -outline-offset-2 [overflow-anchor:none]"
      >
        <div data-rows="" className="relative w-full" style={{ height: list.total }}>
          {lead}
          {indexes.map((index) => {
            const row = view.rowAt(index);
            if (row === undefined) return null;
            const head = layout.headAt(index);
            const isActive = active?.index === index;
            const run = head === undefined ? [] : rowsBetween(view, head.run.start, Math.min(head.run.end, end));
            return (
              <div
                key={row.key}
                ref={list.measureRef}
                data-index={index}
                className="absolute inset-x-0"
                style={{ top: list.offsetOf(index) }}
              >
                <Notes notes={notes} at={index} />
                {head !== undefined && (
                  <RunRow
                    rows={run}
                    startedAt={startedAt}
                    open={head.open}
                    active={isActive && active.isHead}
                    marked
                    onToggle={() => {
                      onOpen(row, true);
                      list.toggleRun(index);
                    }}
                  />
                )}
                {layout.headingOf(index) === undefined && (
                  <TimelineRow
                    row={row}
                    position={index}
                    startedAt={startedAt}
                    open={open.has(row.event.id)}
                    active={isActive && !active.isHead}
                    marked={has(row, markedId)}
                    onToggle={onToggle}
                    linkOf={linkOf}
                    renderEvidence={renderEvidence}
                  />
                )}
                {index === lastDrawn && <Notes notes={notes} at={end} />}
              </div>
            );
          })}
        </div>
      </div>
      {unseen > 0 && (
        <button
          type="button"
          onClick={goingAway(list.follow)}
          className="tabular absolute bottom-3 left-1/2 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-accent-strong px-3 font-medium text-on-accent text-xs shadow-overlay hover:bg-accent-hover pointer-coarse:h-10"
        >
          <ArrowDown />
          {formatNumber(unseen)} new
        </button>
      )}
    </div>
  );
};
