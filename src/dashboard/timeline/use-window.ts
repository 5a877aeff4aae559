import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback } from 'react';
import type { RowView } from './filter-rows.ts';
import type { Row } from './rows.ts';

const ONE_LINE_PX = 28;
const WRAPPED_PX = 48;

const estimate = (row: Row | undefined): number => {
  switch (row?.kind) {
    case 'finding':
    case 'root-cause':
    case 'hypothesis':
      return WRAPPED_PX;
    default:
      return ONE_LINE_PX;
  }
};

/** The rows near the viewport, and no others; heights are measured as rows come into it. */
export const useWindow = (scroller: RefObject<HTMLElement | null>, view: RowView) =>
  useVirtualizer({
    count: view.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(view.rowAt(index)),
    getItemKey: useCallback((index: number) => view.rowAt(index)?.key ?? index, [view]),
    overscan: 8,
    // Opens at the newest: any place past the end means the end.
    initialOffset: () => view.length * WRAPPED_PX,
  });
