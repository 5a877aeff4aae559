import { type PointerEvent, type RefObject, useRef, useState } from 'react';
import { fromShown, panned, type Zoom } from './gantt-zoom.ts';

/** A drag shorter than this was a press. */
const LEAST_PX = 4;

type BrushOptions = {
  chart: RefObject<HTMLElement | null>;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
  /** Shares of the whole line; null: a press, which takes the selection back. */
  onSelect: (range: { from: number; to: number } | null) => void;
};

type Drag = { from: number; to: number; panning: boolean; startX: number; zoom: Zoom };

/** A drag over the chart selects a stretch of time; with Shift, or the middle button, it moves the chart. */
export const useBrush = ({ chart, zoom, onZoom, onSelect }: BrushOptions) => {
  const [drag, setDrag] = useState<Drag | null>(null);
  const width = useRef(1);

  const shareAt = (clientX: number): number => {
    const box = chart.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    width.current = box.width;
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width));
  };

  return {
    brush:
      drag === null || drag.panning ? null : { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) },
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.button > 1 || (event.target instanceof Element && event.target.closest('button') !== null)) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = shareAt(event.clientX);
        setDrag({ from: at, to: at, panning: event.shiftKey || event.button === 1, startX: event.clientX, zoom });
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        if (drag === null) return;
        const to = shareAt(event.clientX);
        if (drag.panning) onZoom(panned(drag.zoom, drag.from - to));
        else setDrag({ ...drag, to });
      },
      onPointerUp(event: PointerEvent<HTMLElement>) {
        if (drag === null) return;
        setDrag(null);
        if (drag.panning) return;
        if (Math.abs(event.clientX - drag.startX) < LEAST_PX) return onSelect(null);
        const to = shareAt(event.clientX);
        const [low, high] = [Math.min(drag.from, to), Math.max(drag.from, to)];
        onSelect({ from: fromShown(zoom, low), to: fromShown(zoom, high) });
      },
      onPointerCancel: () => setDrag(null),
    },
  };
};
