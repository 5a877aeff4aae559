import { type RefObject, useState } from 'react';
import { flushSync } from 'react-dom';
import { useShortcut } from '../lib/use-shortcut.ts';
import type { RowView } from './filter-rows.ts';
import type { ListLayout } from './list-layout.ts';
import { nextStop, type RowCursor, type RowStop, stopOf } from './row-stops.ts';
import { isFailed, type RowList } from './rows.ts';

type CursorOptions = {
  scroller: RefObject<HTMLElement | null>;
  list: RowList;
  view: RowView;
  end: number;
  /** Rows within a run that stands in one row are passed over. */
  layout: ListLayout;
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

/** The row or the heading that the keyboard is on: j and k move it, e finds the next failure. */
export const useRowCursor = ({ scroller, list, view, end, layout, scrollToIndex, onMove }: CursorOptions) => {
  const [cursor, setCursor] = useState<RowCursor | null>(null);
  const drawn = { layout, view, end };
  const active = cursor === null ? undefined : stopOf(cursor, list, drawn);

  const goTo = ({ index, isHead }: RowStop): void => {
    const row = view.rowAt(index);
    if (row === undefined) return;
    flushSync(() => {
      onMove();
      setCursor({ eventId: row.event.id, isHead });
    });
    scrollToIndex(index);
    focusActive(scroller.current);
  };

  /** Where the cursor's row would be if it were shown: before this index. */
  const gone = (): number => {
    const listIndex = cursor === null ? undefined : list.indexOf(cursor.eventId);
    return listIndex === undefined ? end : view.placeOf(listIndex);
  };

  const move = (by: 1 | -1): void => {
    const from = active ?? (by === 1 ? { index: gone() - 1, isHead: false } : { index: gone(), isHead: true });
    const edge = { index: by === 1 ? end : view.first - 1, isHead: false };
    // At an end it stays there, and takes the focus back.
    const next = nextStop(from, by, drawn) ?? nextStop(edge, by === 1 ? -1 : 1, drawn);
    if (next !== undefined) goTo(next);
  };

  const nextError = (): void => {
    const length = end - view.first;
    const start = active === undefined ? gone() : active.index + (active.isHead ? 0 : 1);
    for (let step = 0; step < length; step += 1) {
      const index = view.first + ((start - view.first + step) % length);
      const row = view.rowAt(index);
      if (row !== undefined && isFailed(row)) return goTo({ index, isHead: false });
    }
  };

  useShortcut('j', () => move(1));
  useShortcut('k', () => move(-1));
  useShortcut('e', nextError);
  return { active, setCursor };
};
