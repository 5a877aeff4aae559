import { type RefObject, useState } from 'react';
import { flushSync } from 'react-dom';
import { useShortcut } from '../lib/use-shortcut.ts';
import type { RowView } from './filter-rows.ts';
import { isFailed, type RowList } from './rows.ts';

type Cursor = {
  scroller: RefObject<HTMLElement | null>;
  list: RowList;
  view: RowView;
  end: number;
  /** Rows within a run that stands in one row are passed over. */
  isHidden: (index: number) => boolean;
  scrollToIndex: (index: number) => void;
  onMove: () => void;
};

/** Attempts to find the row in the page: it may take a frame or two until it is drawn. */
const FOCUS_FRAMES = 5;

const focusActive = (scroller: HTMLElement | null, left = FOCUS_FRAMES): void => {
  const button = scroller?.querySelector<HTMLElement>('[data-active] [data-row-toggle]');
  if (button) button.focus({ preventScroll: true });
  else if (left > 0) requestAnimationFrame(() => focusActive(scroller, left - 1));
};

/** The row that the keyboard is on: j and k move it, e finds the next failure. */
export const useRowCursor = ({ scroller, list, view, end, isHidden, scrollToIndex, onMove }: Cursor) => {
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

  const visibleFrom = (start: number, by: 1 | -1): number | undefined => {
    for (let index = start; index >= view.first && index < end; index += by) if (!isHidden(index)) return index;
    return undefined;
  };

  const move = (by: 1 | -1): void => {
    if (end === view.first) return;
    const place = listIndex === undefined ? undefined : view.placeOf(listIndex);
    const isShown = place !== undefined && view.rowAt(place)?.event.id === eventId;
    const start = place === undefined ? end - 1 : isShown ? place + by : by === 1 ? place : place - 1;
    const next = visibleFrom(Math.max(view.first, Math.min(end - 1, start)), place === undefined ? -1 : by);
    if (next !== undefined) goTo(next);
  };

  const nextError = (): void => {
    const length = end - view.first;
    const from = listIndex === undefined ? 0 : view.placeOf(listIndex) + 1 - view.first;
    for (let step = 0; step < length; step += 1) {
      const index = view.first + ((from + step) % length);
      const row = view.rowAt(index);
      if (row !== undefined && isFailed(row)) return goTo(index);
    }
  };

  useShortcut('j', () => move(1));
  useShortcut('k', () => move(-1));
  useShortcut('e', nextError);
  return { activeId: eventId, setActiveId: setEventId };
};
