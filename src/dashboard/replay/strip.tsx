import { clsx } from 'clsx';
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react';
import type { Chronicle } from '../../incident/chronicle.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { formatExact } from '../ui/format-time.ts';
import { useZone } from '../ui/time-zone.ts';
import { createMarkers, type MarkerKind, thinned } from './markers.ts';
import { useReplay } from './replay-context.ts';

/** So many markers side by side can still be told apart. */
const PLACES = 160;

const tones: Record<MarkerKind, string> = {
  finding: 'bg-accent h-1.5',
  hypothesis: 'bg-muted h-2',
  cause: 'bg-good h-3',
  decision: 'bg-warn h-3',
};

/** How far one arrow with Shift, Page Up or Page Down goes. */
const PAGE_EVENTS = 50;

const stepOf = ({ key, shiftKey }: KeyboardEvent): number | undefined => {
  const by = shiftKey ? PAGE_EVENTS : 1;
  if (key === 'ArrowLeft' || key === 'ArrowDown') return -by;
  if (key === 'ArrowRight' || key === 'ArrowUp') return by;
  if (key === 'PageUp') return PAGE_EVENTS;
  if (key === 'PageDown') return -PAGE_EVENTS;
  return undefined;
};

type StripProps = {
  /** All of it, up to the live edge. */
  chronicle: Chronicle;
  /** The time at the position. */
  at: number | null;
};

/** The whole incident as one line: findings and decisions marked, the live edge at its end. */
export const Strip = ({ chronicle, at }: StripProps) => {
  const { axisOf, end, recording, seek, step, backToLive } = useReplay();
  const axis = axisOf(chronicle);
  const zone = useZone();
  const line = useRef<HTMLDivElement>(null);
  const [markersOf] = useState(createMarkers);
  const markers = markersOf(chronicle);
  const shown = useMemo(() => thinned(markers, axis.offsetOf, axis.length, PLACES), [markers, axis]);
  const total = chronicle.end;
  const position = end ?? total;
  const share = axis.length === 0 ? (end === null ? 1 : 0) : axis.offsetOf(position) / axis.length;

  const seekTo = (event: PointerEvent): void => {
    const box = line.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return;
    const wanted = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    // The last pixels are the live edge: nobody can hit the very end.
    if (wanted > 1 - 4 / box.width) backToLive();
    else seek(axis.endAt(wanted * axis.length));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = stepOf(event);
    if (by !== undefined) step(by);
    else if (event.key === 'Home') seek(0);
    else if (event.key === 'End') backToLive();
    else return;
    event.preventDefault();
  };
  const where = recording ? 'the end' : 'live';
  return (
    <div
      ref={line}
      role="slider"
      data-measure=""
      tabIndex={0}
      aria-label="Replay position"
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={position}
      aria-valuetext={`${end === null ? `At ${where}` : `Event ${position} of ${total}`}${at === null ? '' : `, ${formatExact(at, zone)}`}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
      }}
      className="relative mx-1.5 h-5 min-w-16 flex-1 cursor-pointer touch-none rounded-sm pointer-coarse:h-9"
    >
      <span className="absolute inset-x-0 top-1/2 h-1 -translate-y-1/2 rounded-full bg-line-strong" />
      <span
        className="absolute top-1/2 left-0 h-1 -translate-y-1/2 rounded-full bg-accent"
        style={{ width: `${share * 100}%` }}
      />
      {shown.map(({ ordinal, kind, label, share: left }) => (
        <span
          key={ordinal}
          title={toOneLine(label, 120)}
          className={clsx('absolute top-1/2 w-0.5 -translate-x-1/2 -translate-y-1/2 rounded-full', tones[kind])}
          style={{ left: `${left * 100}%` }}
        />
      ))}
      {!recording && (
        <span
          className={clsx(
            'absolute top-1/2 right-0 size-2 translate-x-1/2 -translate-y-1/2 rounded-full',
            end === null ? 'bg-good' : 'bg-good/60 ring-2 ring-surface',
          )}
        />
      )}
      <span
        className={clsx(
          'absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-surface',
          end === null ? 'bg-accent' : 'bg-warn',
        )}
        style={{ left: `${share * 100}%` }}
      />
    </div>
  );
};
