export type Point = readonly [at: number, value: number];
export type ChangePoint = { at: number; before: number; after: number };

const LEAST_POINTS = 3;
/** Less than this is how such a series always moves. */
const LEAST_RATIO = 2;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
};

/** The split of which two constants explain the values best: the least squared error, by running sums. */
const bestSplit = (values: readonly number[]): number | undefined => {
  const total = values.reduce((sum, value) => sum + value, 0);
  const count = values.length;
  let left = 0;
  let best: { index: number; gain: number } | undefined;
  for (const [at, value] of values.entries()) {
    left += value;
    const index = at + 1;
    if (index < LEAST_POINTS || index > count - LEAST_POINTS) continue;
    // The error is least where the squares of the two means, weighted, are greatest.
    const gain = left ** 2 / index + (total - left) ** 2 / (count - index);
    if (best === undefined || gain > best.gain) best = { index, gain };
  }
  return best?.index;
};

const splitAt = (points: readonly Point[], values: readonly number[]): ChangePoint | undefined => {
  const index = bestSplit(values);
  const at = index === undefined ? undefined : points[index]?.[0];
  if (index === undefined || at === undefined) return undefined;
  return {
    at,
    before: median(points.slice(0, index).map(([, value]) => value)),
    after: median(points.slice(index).map(([, value]) => value)),
  };
};

/**
 * When the series rose to another level: the split of which two constants, on a logarithmic scale, explain the points
 * best. undefined where the level after it is not at least twice the one before.
 */
export const findRise = (points: readonly Point[]): ChangePoint | undefined => {
  const logs = points.map(([, value]) => Math.log(Math.max(value, 1e-6)));
  const rise = splitAt(points, logs);
  return rise === undefined || rise.after < rise.before * LEAST_RATIO ? undefined : rise;
};

const deviation = (values: readonly number[], level: number): number =>
  median(values.map((value) => Math.abs(value - level)));

export type Shift = ChangePoint & {
  /** How many of the series' own usual deviations the level moved; signed. */
  score: number;
};

/** A series that never moved has no deviation to measure by: a twentieth of its level stands for it. */
const LEAST_DEVIATION = 0.05;
const SHIFTED = 4;

/**
 * When a series of any kind (a gauge, a rate, up or down, zero before) moved to another level, and how far beyond its
 * usual moving; undefined where it didn't.
 */
export const findShift = (points: readonly Point[]): Shift | undefined => {
  const values = points.map(([, value]) => value);
  const split = splitAt(points, values);
  if (split === undefined) return undefined;
  const earlier = points.filter(([at]) => at < split.at).map(([, value]) => value);
  const usual = Math.max(
    deviation(earlier, split.before),
    LEAST_DEVIATION * Math.max(Math.abs(split.before), Math.abs(split.after)),
    1e-9,
  );
  const score = (split.after - split.before) / usual;
  return Math.abs(score) < SHIFTED ? undefined : { ...split, score };
};

const CALM_IN_A_ROW = 3;

/**
 * The points of the present rise only: from the calm before it on, without what an earlier incident left in the
 * history. All of them where there was no calm.
 */
export const latestEpisode = (points: readonly Point[]): readonly Point[] => {
  const high = median(points.slice(-5).map(([, value]) => value)) / 4;
  const isHigh = (index: number): boolean => (points[index]?.[1] ?? 0) > high;
  let calm = 0;
  let index = points.length - 1;
  for (; index >= 0 && calm < CALM_IN_A_ROW; index -= 1) calm = isHigh(index) ? 0 : calm + 1;
  if (calm < CALM_IN_A_ROW) return points;
  // Back over the calm; one high point alone is noise, two are another episode.
  while (index >= 0 && !(isHigh(index) && isHigh(index - 1))) index -= 1;
  return points.slice(index + 1);
};
