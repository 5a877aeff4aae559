import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { IncidentSummary } from '../../protocol/api.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { holdOrder, withGroups } from './arrange-incidents.ts';
import { IncidentRow } from './incident-row.tsx';

type IncidentListProps = {
  incidents: readonly IncidentSummary[];
  /** How many were loaded to find these. */
  loaded: number;
  hasNextPage: boolean;
  onEnd: () => void;
  /** Below the rows: what is loading, or that this was all. */
  footer: string;
};

const OVERSCAN = 12;

/** The order stays while somebody points at it. */
const useHeldOrder = (incidents: readonly IncidentSummary[]) => {
  const [held, setHeld] = useState<readonly string[]>();
  const rows = useMemo(() => (held === undefined ? incidents : holdOrder(held, incidents)), [held, incidents]);
  return {
    rows,
    hold: () => setHeld(rows.map((incident) => incident.incidentId)),
    release: () => setHeld(undefined),
  };
};

export const IncidentList = ({ incidents, loaded, hasNextPage, onEnd, footer }: IncidentListProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, hold, release } = useHeldOrder(incidents);
  const items = useMemo(() => withGroups(rows), [rows]);
  const [cursor, setCursor] = useState<{ incidentId: string; press: number }>();
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 36,
    overscan: OVERSCAN,
    getItemKey: (index) => {
      const item = items[index];
      return item?.kind === 'incident' ? item.incident.incidentId : (item?.label ?? index);
    },
  });
  const shown = virtualizer.getVirtualItems();
  const atEnd = (shown.at(-1)?.index ?? -1) >= items.length - OVERSCAN;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a page without a match changes nothing but `loaded`
  useEffect(() => {
    if (atEnd && hasNextPage) onEnd();
  }, [atEnd, hasNextPage, loaded, onEnd]);

  const move = (by: 1 | -1): void => {
    const focused = document.activeElement?.getAttribute('data-incident') ?? cursor?.incidentId;
    const from = rows.findIndex((incident) => incident.incidentId === focused);
    const to = from === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, from + by));
    const target = rows[to];
    if (target === undefined) return;
    virtualizer.scrollToIndex(items.findIndex((item) => item.kind === 'incident' && item.index === to));
    setCursor((before) => ({ incidentId: target.incidentId, press: (before?.press ?? 0) + 1 }));
  };
  useShortcut('j', () => move(1));
  useShortcut('k', () => move(-1));
  useEffect(() => {
    if (cursor === undefined) return;
    const link = scroller.current?.querySelector<HTMLElement>(`[data-incident="${CSS.escape(cursor.incidentId)}"]`);
    link?.focus({ preventScroll: true, focusVisible: true } as FocusOptions);
  }, [cursor]);

  return (
    <div ref={scroller} onPointerEnter={hold} onPointerLeave={release} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label="Incidents" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {shown.map((virtual) => {
          const item = items[virtual.index];
          return (
            <li
              key={virtual.key}
              ref={virtualizer.measureElement}
              data-index={virtual.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${virtual.start}px)` }}
            >
              {item?.kind === 'incident' && <IncidentRow incident={item.incident} />}
              {item?.kind === 'group' && (
                <h2 className="border-line border-b bg-sunken px-4 py-1 font-medium text-faint text-xs">
                  {item.label}
                </h2>
              )}
            </li>
          );
        })}
      </ul>
      <p className="px-4 py-3 text-center text-faint text-xs">{footer}</p>
    </div>
  );
};
