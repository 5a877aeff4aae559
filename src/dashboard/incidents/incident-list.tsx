import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { IncidentRow } from '../api/incident-rows.ts';
import { rememberOrder } from '../lib/list-order.ts';
import { useSettings } from '../lib/settings.ts';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { useStable } from '../ui/use-stable.ts';
import type { Arrangement } from './arrange-incidents.ts';
import { IncidentListRow } from './incident-row.tsx';
import { useHeldOrder } from './use-held-order.ts';
import { useListKeys } from './use-list-keys.ts';

type IncidentListProps = {
  arranged: Arrangement;
  byId: ReadonlyMap<string, IncidentRow>;
  filterKey: string;
  /** Below the rows: that this was all, or what is still to come. */
  footer: ReactNode;
};

const OVERSCAN = 12;

const GroupHeading = ({ name, count }: { name: string; count: number }) => (
  <h2 className="tabular flex h-7 items-center gap-2 border-line border-b bg-sunken px-4 font-medium text-muted text-xs">
    {name}
    <span className="font-normal text-faint">{formatNumber(count)}</span>
  </h2>
);

export const IncidentList = ({ arranged, byId, filterKey, footer }: IncidentListProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const density = useSettings((settings) => settings.density);
  const { rows, active, fresh, handlers, refresh } = useHeldOrder(arranged, byId, filterKey);
  // Headings stand where active and finished ones meet, and only there.
  const isMixed = active > 0 && active < rows.length;
  const placeOf = (index: number): number => (isMixed ? index + (index < active ? 1 : 2) : index);
  const itemAt = (place: number): number | 'active' | 'finished' => {
    if (!isMixed) return place;
    if (place === 0) return 'active';
    if (place === active + 1) return 'finished';
    return place - (place <= active ? 1 : 2);
  };
  const keys = useListKeys({ rows, scroller, reveal: (index) => virtualizer.scrollToIndex(placeOf(index)) });
  const virtualizer = useVirtualizer({
    count: rows.length + (isMixed ? 2 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => (density === 'compact' ? 32 : 39),
    overscan: OVERSCAN,
    // The row with the focus stays in the page, however far one scrolls.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const stop = keys.at === -1 ? undefined : placeOf(keys.at);
      return stop === undefined || shown.includes(stop) ? shown : [...shown, stop].sort((a, b) => a - b);
    },
    getItemKey: (place) => {
      const item = itemAt(place);
      return typeof item === 'number' ? (rows[item]?.incident.incidentId ?? place) : item;
    },
  });

  const opened = useRef(keys.at);
  useEffect(() => {
    if (opened.current > 0) virtualizer.scrollToIndex(opened.current, { align: 'center' });
  }, [virtualizer]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => virtualizer.measure(), [density, virtualizer]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list, from its start
  useEffect(() => {
    if (opened.current <= 0) scroller.current?.scrollTo({ top: 0 });
    opened.current = -1;
  }, [filterKey]);

  const open = useStable((incidentId: string): void =>
    rememberOrder(
      rows.map(({ incident }) => incident.incidentId),
      incidentId,
    ),
  );

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {fresh > 0 && (
        <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center">
          <Button size="sm" icon={<ArrowUp />} className="pointer-events-auto shadow-overlay" onClick={refresh}>
            {formatNumber(fresh)} new, held back while you are in the list
          </Button>
        </div>
      )}
      <div
        ref={scroller}
        {...handlers}
        className="min-h-0 flex-1 overflow-y-auto overflow-x-hidden bg-surface [overflow-anchor:none]"
      >
        <ul
          aria-label="Incidents"
          className="relative"
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={keys.onKeyDown}
        >
          {virtualizer.getVirtualItems().map((virtual) => {
            const item = itemAt(virtual.index);
            const row = typeof item === 'number' ? rows[item] : undefined;
            return (
              <li
                key={virtual.key}
                ref={virtualizer.measureElement}
                data-index={virtual.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${virtual.start}px)` }}
                {...(typeof item === 'number' && { 'aria-setsize': rows.length, 'aria-posinset': item + 1 })}
              >
                {item === 'active' && <GroupHeading name="Active" count={active} />}
                {item === 'finished' && <GroupHeading name="Finished" count={rows.length - active} />}
                {row !== undefined && (
                  <IncidentListRow
                    incident={row.incident}
                    isStop={item === keys.stop}
                    onFocus={keys.onRowFocus}
                    onOpen={open}
                  />
                )}
              </li>
            );
          })}
        </ul>
        <div className="flex min-h-12 items-center justify-center px-4 py-3 text-center text-faint text-xs">
          {footer}
        </div>
      </div>
    </div>
  );
};
