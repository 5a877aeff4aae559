import type { Virtualizer } from '@tanstack/react-virtual';
import { ArrowDown, CircleCheck } from 'lucide-react';
import { Fragment, type ReactNode, type RefObject, useCallback, useState } from 'react';
import { Time } from '../ui/time.tsx';
import type { RowView } from './filter-rows.ts';
import type { Row } from './rows.ts';
import { TimelineRow } from './timeline-row.tsx';

export type Healed = readonly { afterEventId: string; at: number }[];

type TimelineListProps = {
  scroller: RefObject<HTMLDivElement | null>;
  virtual: Virtualizer<HTMLElement, Element>;
  view: RowView;
  startedAt: number;
  activeId: string | null;
  markedId: string | null;
  healed: Healed;
  unseen: number;
  busy: boolean;
  onScroll: () => void;
  onOpen: (row: Row) => void;
  onLive: () => void;
  linkOf: (eventId: string) => string;
  renderEvidence: (evidenceId: string) => ReactNode;
};

const Mended = ({ at }: { at: number }) => (
  <p className="flex items-center justify-center gap-1.5 border-line border-y bg-sunken py-1 text-2xs text-muted">
    <CircleCheck className="size-3! text-good" />
    <span>
      The connection broke here and resumed at <Time at={at} />. Nothing is missing.
    </span>
  </p>
);

const has = (row: Row, eventId: string | null): boolean =>
  eventId !== null && (row.event.id === eventId || row.later.some(({ id }) => id === eventId));

export const TimelineList = ({
  scroller,
  virtual,
  view,
  startedAt,
  activeId,
  markedId,
  healed,
  unseen,
  busy,
  onScroll,
  onOpen,
  onLive,
  linkOf,
  renderEvidence,
}: TimelineListProps) => {
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
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="feed"
        aria-label="Events"
        aria-live="off"
        aria-busy={busy}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by keyboard
        tabIndex={0}
        className="@container h-full overflow-y-auto overflow-x-hidden overscroll-contain -outline-offset-2 [overflow-anchor:none]"
      >
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = view.rowAt(item.index);
            if (row === undefined) return null;
            const mended = healed.filter(({ afterEventId }) => has(row, afterEventId));
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <TimelineRow
                  row={row}
                  position={item.index}
                  startedAt={startedAt}
                  open={open.has(row.event.id)}
                  active={row.event.id === activeId}
                  marked={has(row, markedId)}
                  onToggle={onToggle}
                  linkOf={linkOf}
                  renderEvidence={renderEvidence}
                />
                {mended.map(({ at }) => (
                  <Fragment key={at}>
                    <Mended at={at} />
                  </Fragment>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {unseen > 0 && (
        <button
          type="button"
          onClick={onLive}
          className="tabular absolute bottom-3 left-1/2 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-accent-strong px-3 font-medium text-on-accent text-xs shadow-overlay hover:bg-accent-hover pointer-coarse:h-10"
        >
          <ArrowDown />
          {unseen.toLocaleString('en')} new
        </button>
      )}
    </div>
  );
};
