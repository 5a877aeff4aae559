import { type RefObject, useState } from 'react';
import { flushSync } from 'react-dom';
import { useShortcut } from '../lib/use-shortcut.ts';
import type { RowView } from './filter-rows.ts';
import { isFailed, type RowList } from './rows.ts';

type Cursor = {
  scroller: RefObject<HTMLElement | null>;
  list: RowList;
  view: RowView;
  scrollToIndex: (index: number) => void;
  onMove: () => void;
};

/** Attempts to find the row in the page: rows below it are measured first, and that takes a frame or two. */
const FOCUS_FRAMES = 5;

const focusActive = (scroller: HTMLElement | null, left = FOCUS_FRAMES): void => {
  const button = scroller?.querySelector<HTMLElement>('[data-active] [data-row-toggle]');
  if (button) button.focus({ preventScroll: true });
  else if (left > 0) requestAnimationFrame(() => focusActive(scroller, left - 1));
};

/** The row that the keyboard is on: j and k move it, e finds the next failure. */
export const useRowCursor = ({ scroller, list, view, scrollToIndex, onMove }: Cursor) => {
  const [eventId, setEventId] = useState<string | null>(null);
  const listIndex = eventId === null ? undefined : list.indexOf(eventId);

  const goTo = (index: number): void => {
    const row = view.rowAt(index);
    if (row === undefined) return;
    flushSync(() => {
      onMove();
      setEventId(row.event.id);
    });
    scrollToIndex(index);
    focusActive(scroller.current);
  };

  const move = (by: 1 | -1): void => {
    if (view.length === 0) return;
    if (listIndex === undefined) return goTo(view.length - 1);
    const place = view.placeOf(listIndex);
    const isShown = view.listIndexOf(place) === listIndex;
    const next = isShown ? place + by : by === 1 ? place : place - 1;
    goTo(Math.max(0, Math.min(view.length - 1, next)));
  };

  const nextError = (): void => {
    const from = listIndex === undefined ? 0 : view.placeOf(listIndex) + 1;
    for (let step = 0; step < view.length; step += 1) {
      const index = (from + step) % view.length;
      const row = view.rowAt(index);
      if (row !== undefined && isFailed(row)) return goTo(index);
    }
  };

  useShortcut('j', () => move(1));
  useShortcut('k', () => move(-1));
  useShortcut('e', nextError);
  return { activeId: eventId, setActiveId: setEventId };
};
