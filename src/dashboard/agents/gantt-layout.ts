type Span = { from: number; to: number | null; failed: boolean };
export type GanttInput = { name: string; spans: readonly Span[]; waiting: boolean };

/** Shares of the width, between 0 and 1. */
type Stretch = { left: number; width: number };
export type GanttBar = Stretch & { from: number; to: number | null; failed: boolean };
export type GanttLane = { name: string; bars: readonly GanttBar[]; waits: readonly Stretch[] };
export type Gantt = {
  from: number;
  to: number;
  lanes: readonly GanttLane[];
  /** Ticks of the part of the line between two shares, as many as fit. */
  ticksIn: (from: number, to: number) => readonly { left: number; afterMs: number }[];
  /** Stretches in which nobody worked, drawn shorter than they were. */
  idles: readonly (Stretch & { ms: number })[];
  /** Where on the line a time lies, and the other way round. */
  placeOf: (at: number) => number;
  timeAt: (share: number) => number;
};

const IDLE_FROM_MS = 15_000;
/** An idle stretch is collapsed where it would take more than this share of the work. */
const IDLE_FROM_SHARE = 0.12;
const IDLE_WIDTH = 0.06;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400].map(
  (seconds) => seconds * 1_000,
);
const TICKS = 5;
const TICK_DISTANCE = 0.11;

type Busy = { from: number; to: number };

const busyOf = (inputs: readonly GanttInput[], now: number): Busy[] => {
  const spans = inputs
    .flatMap(({ spans }) => spans.map(({ from, to }) => ({ from, to: Math.max(from, to ?? now) })))
    .sort((a, b) => a.from - b.from);
  const merged: Busy[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
};

type Piece = { from: number; to: number; left: number; width: number; idle: boolean };

/** Time as pieces of the width: true to scale, but for long stretches without work. */
const piecesOf = (busy: readonly Busy[]): Piece[] => {
  const worked = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const isIdle = (ms: number): boolean => ms > IDLE_FROM_MS && ms > worked * IDLE_FROM_SHARE;
  const pieces: Piece[] = [];
  for (const { from, to } of busy) {
    const last = pieces.at(-1);
    if (last !== undefined && isIdle(from - last.to))
      pieces.push({ from: last.to, to: from, left: 0, width: 0, idle: true });
    if (last === undefined || pieces.at(-1)?.idle === true) pieces.push({ from, to, left: 0, width: 0, idle: false });
    else last.to = to;
  }
  const idles = pieces.filter(({ idle }) => idle).length;
  const shown = pieces.reduce((sum, { from, to, idle }) => sum + (idle ? 0 : to - from), 0);
  const idleWidth = shown === 0 ? 1 / Math.max(1, idles) : Math.min(IDLE_WIDTH, 0.5 / Math.max(1, idles));
  let left = 0;
  for (const piece of pieces) {
    piece.left = left;
    piece.width = piece.idle ? idleWidth : ((1 - idles * idleWidth) * (piece.to - piece.from)) / Math.max(1, shown);
    left += piece.width;
  }
  return pieces;
};

const ticksOf = (pieces: readonly Piece[], place: (at: number) => number, low: number, high: number) => {
  const start = pieces[0]?.from ?? 0;
  const part = high - low;
  const shown = pieces.reduce((sum, { from, to, left, width, idle }) => {
    const overlap = Math.min(high, left + width) - Math.max(low, left);
    return sum + (idle || overlap <= 0 || width === 0 ? 0 : ((to - from) * overlap) / width);
  }, 0);
  const step = STEPS_MS.find((ms) => shown / ms <= TICKS) ?? shown;
  const ticks = low <= 0 ? [{ left: 0, afterMs: 0 }] : [];
  for (const { from, to, left: pieceLeft, width, idle } of pieces) {
    if (idle || step <= 0 || pieceLeft > high || pieceLeft + width < low) continue;
    for (let after = Math.ceil((from - start) / step) * step; after <= to - start; after += step) {
      const left = place(start + after);
      if (left < low || left > low + 0.96 * part) continue;
      if (left - (ticks.at(-1)?.left ?? Number.NEGATIVE_INFINITY) >= TICK_DISTANCE * part)
        ticks.push({ left, afterMs: after });
    }
  }
  return ticks;
};

/** Where the work of each agent lies on one line of time; null before anybody began. */
export const layoutGantt = (inputs: readonly GanttInput[], now: number): Gantt | null => {
  const busy = busyOf(inputs, now);
  const [first] = busy;
  const last = busy.at(-1);
  if (first === undefined || last === undefined) return null;
  const pieces = piecesOf(busy);
  const place = (at: number): number => {
    const piece = pieces.find(({ to }) => at <= to) ?? pieces.at(-1);
    if (piece === undefined || piece.to === piece.from) return piece?.left ?? 0;
    const share = Math.min(1, Math.max(0, (at - piece.from) / (piece.to - piece.from)));
    return piece.left + piece.width * share;
  };
  const timeAt = (share: number): number => {
    const piece = pieces.find(({ left, width }) => share <= left + width) ?? pieces.at(-1);
    if (piece === undefined || piece.width === 0) return piece?.from ?? first.from;
    const within = Math.min(1, Math.max(0, (share - piece.left) / piece.width));
    return piece.from + (piece.to - piece.from) * within;
  };
  const stretch = (from: number, to: number): Stretch => {
    const left = place(from);
    return { left, width: place(to) - left };
  };
  return {
    from: first.from,
    to: last.to,
    lanes: inputs.map(({ name, spans, waiting }) => ({
      name,
      bars: spans.map(({ from, to, failed }) => ({ from, to, failed, ...stretch(from, Math.max(from, to ?? now)) })),
      waits: spans.flatMap(({ to }, index) => {
        const next = spans[index + 1]?.from ?? (waiting ? last.to : null);
        return to === null || next === null || next <= to ? [] : [stretch(to, next)];
      }),
    })),
    ticksIn: (low, high) => ticksOf(pieces, place, low, high),
    placeOf: place,
    timeAt,
    idles: pieces.filter(({ idle }) => idle).map(({ from, to, left, width }) => ({ left, width, ms: to - from })),
  };
};
