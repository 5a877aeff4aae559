import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { IncidentRow } from '../api/incident-rows.ts';
import { type Arrangement, type HeldOrder, holdOrder } from './arrange-incidents.ts';

/** Keeps every row in its place while somebody points at the list or is in it with the keyboard. */
export const useHeldOrder = (arranged: Arrangement, byId: ReadonlyMap<string, IncidentRow>, filterKey: string) => {
  const [held, setHeld] = useState<HeldOrder & { filterKey: string }>();
  const inside = useRef({ pointer: false, focus: false });
  const holds = held !== undefined && held.filterKey === filterKey;
  const shown = useMemo(
    () => (holds ? holdOrder(held, arranged, byId) : { ...arranged, fresh: 0 }),
    [holds, held, arranged, byId],
  );
  const holdThis = ({ rows, active }: Arrangement): void =>
    setHeld({ ids: rows.map(({ incident }) => incident.incidentId), active, filterKey });
  // Whoever typed a filter has the pointer where it was.
  const holdUnder = useEffectEvent(() => {
    if (inside.current.pointer || inside.current.focus) holdThis(arranged);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list
  useEffect(() => holdUnder(), [filterKey]);
  const enter = (by: 'pointer' | 'focus') => (): void => {
    inside.current[by] = true;
    if (!holds) holdThis(arranged);
  };
  const leave = (by: 'pointer' | 'focus'): void => {
    inside.current[by] = false;
    if (!inside.current.pointer && !inside.current.focus) setHeld(undefined);
  };
  return {
    ...shown,
    handlers: {
      onPointerEnter: enter('pointer'),
      onPointerLeave: () => leave('pointer'),
      onFocus: enter('focus'),
      onBlur: ({ currentTarget, relatedTarget }: React.FocusEvent) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) leave('focus');
      },
    },
    /** Lets in what waited, also under the pointer: it was asked for. */
    refresh: () => holdThis(arranged),
  };
};
