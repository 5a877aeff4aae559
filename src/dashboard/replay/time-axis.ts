import { type Chronicle, eventAt } from '../../incident/chronicle.ts';
import { firstIndex } from '../../incident/first-index.ts';

/** A stretch in which nothing happened takes no longer than this on the axis, and when it is played. */
const LONGEST_GAP_MS = 5_000;
/** So many events that are not kept any more are summed up at a time. */
const SUMMED_EVENTS = 10_000;
/** Events from one point of the past to the next, before there are too many of them. */
const POINT_EVENTS = 500;
const MOST_POINTS = 500;

/** The time of an incident with its idle stretches cut short: offsets in milliseconds from its first event. */
export type TimeAxis = {
  /** The offset of the newest event. */
  length: number;
  /** Where the incident stood when it had so many events. */
  offsetOf: (end: number) => number;
  /** How many events it had at this offset. */
  endAt: (offset: number) => number;
};

/** What is not here any more: from one of these points to the next the time runs evenly. */
type Point = { end: number; offset: number };

const between = (points: readonly Point[], by: 'end' | 'offset', wanted: number): number => {
  const other = by === 'end' ? 'offset' : 'end';
  const index = points.findIndex((point) => point[by] >= wanted);
  const to = points[index < 0 ? points.length - 1 : index];
  const from = points[Math.max(0, (index < 0 ? points.length : index) - 1)];
  if (from === undefined || to === undefined) return 0;
  const share = to[by] === from[by] ? 1 : Math.min(1, (wanted - from[by]) / (to[by] - from[by]));
  return from[other] + share * (to[other] - from[other]);
};

/** The past before the events that are kept, as far as checkpoints tell of it. */
const pastOf = ({ book, first, investigation: now }: Chronicle): { points: Point[]; lastAt: number | null } => {
  const points: Point[] = [{ end: 0, offset: 0 }];
  let lastAt = now.startedAt;
  for (const { end, investigation } of book.checkpoints) {
    const before = points.at(-1) ?? { end: 0, offset: 0 };
    const count = Math.min(end, first) - before.end;
    if (count <= 0) continue;
    const gone = lastAt === null || investigation.lastAt === null ? 0 : Math.max(0, investigation.lastAt - lastAt);
    points.push({ end: before.end + count, offset: before.offset + Math.min(LONGEST_GAP_MS * count, gone) });
    lastAt = investigation.lastAt ?? lastAt;
  }
  const last = points.at(-1);
  if (last !== undefined && last.end < first) points.push({ end: first, offset: last.offset });
  return { points, lastAt };
};

/** Offsets as events come: an append costs what was appended. */
export const createTimeAxis = (): ((chronicle: Chronicle) => TimeAxis) => {
  let past: readonly Point[] = [];
  /** The number of events before the first of `offsets`. */
  let origin = 0;
  let offsets: number[] = [];
  let lastAt: number | null = null;
  let generation = -1;

  const add = (at: number | null): void => {
    const before = offsets.at(-1) ?? past.at(-1)?.offset ?? 0;
    const gap = at === null || lastAt === null ? 0 : Math.min(LONGEST_GAP_MS, Math.max(0, at - lastAt));
    offsets.push(before + gap);
    if (at !== null) lastAt = lastAt === null ? at : Math.max(lastAt, at);
  };

  const restart = (chronicle: Chronicle): void => {
    generation = chronicle.generation;
    origin = chronicle.first;
    offsets = [];
    const before = pastOf(chronicle);
    past = before.points;
    lastAt = origin === 0 ? null : before.lastAt;
  };

  /** What was let go is remembered by points on the way, the further back the fewer. */
  const sumUp = (first: number): void => {
    const count = first - origin;
    if (count < SUMMED_EVENTS) return;
    const points = [...past];
    for (let place = POINT_EVENTS; place < count; place += POINT_EVENTS) {
      points.push({ end: origin + place, offset: offsets[place - 1] ?? 0 });
    }
    const fewer = points.length > MOST_POINTS ? points.filter((_, index) => index % 2 === 0) : points;
    past = [...fewer, { end: first, offset: offsets[count - 1] ?? 0 }];
    offsets = offsets.slice(count);
    origin = first;
  };

  return (chronicle) => {
    if (chronicle.generation !== generation || chronicle.end < origin + offsets.length) restart(chronicle);
    if (origin + offsets.length < chronicle.first) restart(chronicle);
    for (let ordinal = origin + offsets.length; ordinal < chronicle.end; ordinal += 1)
      add(eventAt(chronicle, ordinal)?.at ?? null);
    sumUp(chronicle.first);
    const known = offsets;
    const gone = past;
    const start = origin;
    const { end } = chronicle;
    const length = known[end - 1 - start] ?? gone.at(-1)?.offset ?? 0;
    return {
      length,
      offsetOf: (position) => {
        if (position <= 0) return 0;
        return position <= start
          ? between(gone, 'end', position)
          : (known[Math.min(position, end) - 1 - start] ?? length);
      },
      endAt: (offset) => {
        if (start > 0 && offset < (gone.at(-1)?.offset ?? 0)) return Math.floor(between(gone, 'offset', offset));
        return start + firstIndex(0, end - start, (index) => (known[index] ?? 0) <= offset);
      },
    };
  };
};
