import { type RefObject, useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { useStable } from '../ui/use-stable.ts';
import type { RowView } from './filter-rows.ts';
import { createListLayout, type ListLayout, NARROW, WIDE } from './list-layout.ts';
import type { RowList } from './rows.ts';

/** Drawn above and below what is seen, so that a scroll shows no gap before the next frame. */
const OVERSCAN_PX = 320;
/**
 * While the list follows, when all of it is new with each burst, and in the frame in which it stops: what is opened by
 * that press is drawn first, and the first move of a scroll is a small one.
 */
const FOLLOWING_OVERSCAN_PX = 56;
/** So close to an end more is fetched. */
const EDGE_PX = 400;
/** From this width on a row is one line; the same bound as `@2xl` in the row's classes. */
const WIDE_FROM_PX = 672;
/** Rounding of scroll positions on screens with fractional pixels. */
const AT_END_PX = 4;

/** Frames in which the list may still be too short for where it is to stand. */
const MOST_TRIES = 10;

/** What stays where it is while rows come, change and go: a row, and how far its top is above the list's. */
type Anchor = { eventId: string | undefined; index: number; delta: number };

type WindowOptions = {
  scroller: RefObject<HTMLDivElement | null>;
  list: RowList;
  view: RowView;
  /** Rows from here on are not shown: they came after the moment that is looked at. */
  end: number;
  /** Room above the first row. */
  leadPx: number;
};

const useSize = (scroller: RefObject<HTMLElement | null>, present: boolean) => {
  const [size, setSize] = useState({ width: 1_000, height: 600 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || !present) return;
    const read = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, present]);
  return size;
};

/** Whether it has been so since before the frame that is on the screen. */
const useWasPainted = (isSo: boolean): boolean => {
  const [painted, setPainted] = useState(isSo);
  useEffect(() => {
    if (!isSo) return setPainted(false);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setPainted(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [isSo]);
  return isSo && painted;
};

/** Tells the layout how high rows turned out, when they are first drawn and whenever they change. */
const useMeasuring = (layout: ListLayout, changed: () => void) => {
  const [observer] = useState(
    () =>
      new ResizeObserver((entries) => {
        let moved = false;
        for (const { target } of entries) {
          if (!(target instanceof HTMLElement) || !target.isConnected) continue;
          moved = layout.measure(Number(target.dataset.index), target.offsetHeight) || moved;
        }
        if (moved) changed();
      }),
  );
  useEffect(() => () => observer.disconnect(), [observer]);
  return useCallback(
    (element: HTMLElement | null) => {
      if (element === null) return;
      observer.observe(element);
      return () => observer.unobserve(element);
    },
    [observer],
  );
};

/**
 * The rows near the viewport, and follow mode: at the end the list sticks to it, anywhere else what is read stays where
 * it is. Where we are is read from what somebody did (scrolled up, or back down to the end), never from how far the
 * end is: that moves by itself.
 */
export const useListWindow = ({ scroller, list, view, end, leadPx }: WindowOptions) => {
  const [layout] = useState(createListLayout);
  const [, changed] = useReducer((count: number) => count + 1, 0);
  const [following, setFollowing] = useState(true);
  const size = useSize(scroller, view.end > view.first);
  const anchor = useRef<Anchor>({ eventId: undefined, index: 0, delta: 0 });
  const lastTop = useRef(0);
  const drawnIn = useRef<HTMLElement | null>(null);
  const tries = useRef(0);
  const generation = useRef(view.generation);

  layout.sync(view, list, size.width >= WIDE_FROM_PX ? WIDE : NARROW);
  if (generation.current !== view.generation) {
    generation.current = view.generation;
    const { eventId } = anchor.current;
    const listIndex = eventId === undefined ? undefined : list.indexOf(eventId);
    anchor.current.index = listIndex === undefined ? view.end : view.placeOf(listIndex);
  }
  const total = leadPx + layout.offsetOf(end);
  const most = Math.max(0, total - size.height);
  const held = Math.max(view.first, Math.min(anchor.current.index, end));
  const top = following ? most : Math.min(most, Math.max(0, leadPx + layout.offsetOf(held) + anchor.current.delta));
  const overscan = useWasPainted(!following) ? OVERSCAN_PX : FOLLOWING_OVERSCAN_PX;
  const indexes = layout.range(top - leadPx - overscan, top - leadPx + size.height + overscan, end);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let moved = false;
    for (const child of element.querySelectorAll<HTMLElement>(':scope > [data-rows] > [data-index]'))
      moved = layout.measure(Number(child.dataset.index), child.offsetHeight) || moved;
    if (moved) changed();
    if (drawnIn.current !== element) {
      drawnIn.current = element;
      lastTop.current = element.scrollTop;
    }
    // Scrolled by somebody since, of which the event is still to come: that is where the list goes on from.
    const left = Math.min(lastTop.current, element.scrollHeight - element.clientHeight);
    if (Math.abs(element.scrollTop - left) > 0.5) return;
    if (Math.abs(element.scrollTop - top) > 0.5) element.scrollTop = top;
    // Before its first frame Chromium may not know how long the list has become, and stops short of its end.
    if (top - element.scrollTop <= 1) tries.current = 0;
    else if (tries.current < MOST_TRIES) {
      tries.current += 1;
      requestAnimationFrame(changed);
    }
    lastTop.current = element.scrollTop;
  });

  const follow = useCallback(() => setFollowing(true), []);
  const hold = useStable((scrollTop: number) => {
    const offset = Math.max(0, scrollTop - leadPx);
    const index = layout.indexAt(offset);
    const delta = scrollTop - leadPx - layout.offsetOf(index);
    anchor.current = { eventId: view.rowAt(index)?.event.id, index, delta };
  });
  const pause = useStable(() => {
    if (scroller.current !== null) hold(scroller.current.scrollTop);
    setFollowing(false);
  });

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const before = lastTop.current;
    if (scrollTop === before) return;
    lastTop.current = scrollTop;
    const left = scrollHeight - clientHeight - scrollTop;
    if (following && !(scrollTop < before && left > AT_END_PX)) return;
    hold(scrollTop);
    if (following) return pause();
    if (scrollTop > before && left <= AT_END_PX) return follow();
    changed();
  };

  const scrollToIndex = (index: number, align: 'center' | 'auto'): void => {
    layout.reveal(index);
    const offset = layout.offsetOf(index);
    const height = layout.offsetOf(index + 1) - offset;
    const here = lastTop.current - leadPx;
    const isSeen = offset >= here && offset + height <= here + size.height;
    const wanted =
      align === 'center'
        ? offset - (size.height - height) / 2
        : isSeen
          ? here
          : offset < here
            ? offset
            : offset + height - size.height;
    hold(Math.max(0, wanted + leadPx));
    changed();
  };

  return {
    layout,
    indexes,
    total,
    top,
    following,
    /** Near one of the ends of what is here, and not stuck to the live one. */
    atTop: !following && top < EDGE_PX,
    atBottom: !following && most - top < EDGE_PX,
    follow,
    pause,
    onScroll,
    scrollToIndex,
    /** The row in the middle of what is seen. */
    middle: () => layout.indexAt(top - leadPx + size.height / 2),
    toggleRun: (index: number) => {
      pause();
      layout.toggleRun(index);
      changed();
    },
    measureRef: useMeasuring(layout, changed),
    offsetOf: (index: number) => leadPx + layout.offsetOf(index),
  };
};

export type ListWindow = ReturnType<typeof useListWindow>;
