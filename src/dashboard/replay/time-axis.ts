import { type Chronicle, eventAt } from '../../incident/chronicle.ts';

/** A stretch in which nothing happened takes no longer than this on the axis, and when it is played. */
const LONGEST_GAP_MS = 5_000;

/** The time of an incident with its idle stretches cut short: offsets in milliseconds from its first event. */
export type TimeAxis = {
  /** The offset of the newest event. */
  length: number;
  /** Where the incident stood when it had so many events. */
  offsetOf: (end: number) => number;
  /** How many events it had at this offset. */
  endAt: (offset: number) => number;
};

/** Offsets as events come: an append costs what was appended. What was let go before is spread evenly. */
export const createTimeAxis = (): ((chronicle: Chronicle) => TimeAxis) => {
  let offsets: number[] = [];
  let lastAt: number | null = null;
  let generation = -1;

  const add = (at: number | null): void => {
    const before = offsets.at(-1) ?? 0;
    const gap = at === null || lastAt === null ? 0 : Math.min(LONGEST_GAP_MS, Math.max(0, at - lastAt));
    offsets.push(before + gap);
    if (at !== null) lastAt = lastAt === null ? at : Math.max(lastAt, at);
  };

  const addPast = ({ book, first, investigation: now }: Chronicle): void => {
    lastAt ??= now.startedAt;
    for (const { end, investigation } of book.checkpoints) {
      const from = offsets.length;
      const count = Math.min(end, first) - from;
      if (count <= 0) continue;
      const gone = lastAt === null || investigation.lastAt === null ? 0 : investigation.lastAt - lastAt;
      const each = Math.min(LONGEST_GAP_MS, Math.max(0, gone) / count);
      for (let index = 0; index < count; index += 1) offsets.push((offsets.at(-1) ?? 0) + each);
      lastAt = investigation.lastAt ?? lastAt;
    }
    while (offsets.length < first) add(null);
  };

  return (chronicle) => {
    if (chronicle.generation !== generation || chronicle.end < offsets.length) {
      offsets = [];
      lastAt = null;
      generation = chronicle.generation;
    }
    if (offsets.length < chronicle.first) addPast(chronicle);
    for (let ordinal = offsets.length; ordinal < chronicle.end; ordinal += 1)
      add(eventAt(chronicle, ordinal)?.at ?? null);
    const known = offsets;
    const { end } = chronicle;
    const length = known[end - 1] ?? 0;
    return {
      length,
      offsetOf: (position) => (position <= 0 ? 0 : (known[Math.min(position, end) - 1] ?? length)),
      endAt: (offset) => {
        let low = 0;
        let high = end;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if ((known[middle] ?? 0) <= offset) low = middle + 1;
          else high = middle;
        }
        return low;
      },
    };
  };
};
