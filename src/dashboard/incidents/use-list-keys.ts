import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { IncidentRow } from '../api/incident-rows.ts';
import { lastOpened } from '../lib/list-order.ts';
import { useShortcut } from '../lib/use-shortcut.ts';

type ListKeys = {
  rows: readonly IncidentRow[];
  scroller: RefObject<HTMLElement | null>;
  /** Brings a row into view, by its index among the rows. */
  reveal: (index: number) => void;
};

const PAGE_ROWS = 10;
const idAt = (rows: readonly IncidentRow[], index: number): string | undefined => rows[index]?.incident.incidentId;

/** The row that the keyboard is on: the one stop of Tab in the list, moved by j and k, arrows, Home and End. */
export const useListKeys = ({ rows, scroller, reveal }: ListKeys) => {
  const [cursor, setCursor] = useState(lastOpened);
  const moves = useRef(0);
  const [focusing, setFocusing] = useState(0);
  const at = cursor === undefined ? -1 : rows.findIndex(({ incident }) => incident.incidentId === cursor);

  const goTo = (index: number): void => {
    const target = Math.min(rows.length - 1, Math.max(0, index));
    const id = idAt(rows, target);
    if (id === undefined) return;
    reveal(target);
    setCursor(id);
    moves.current += 1;
    setFocusing(moves.current);
  };
  useShortcut('j', () => goTo(at + 1));
  useShortcut('k', () => goTo(at === -1 ? 0 : at - 1));

  useEffect(() => {
    if (focusing === 0) return;
    scroller.current?.querySelector<HTMLElement>('[data-incident][tabindex="0"]')?.focus({ preventScroll: true });
  }, [focusing, scroller]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const target = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + PAGE_ROWS,
      PageUp: at - PAGE_ROWS,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    goTo(target);
  };
  return { at, stop: Math.max(0, at), onKeyDown, onRowFocus: setCursor };
};
