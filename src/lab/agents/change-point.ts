export type Point = readonly [at: number, value: number];
export type ChangePoint = { at: number; before: number; after: number };

const LEAST_POINTS = 3;
/** Less than this is how such a series always moves. */
const LEAST_RATIO = 2;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
};

const squaredError = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
};

/**
 * When the series rose to another level: the split of which two constants, on a logarithmic scale, explain the points
 * best. undefined where the level after it is not at least twice the one before.
 */
export const findRise = (points: readonly Point[]): ChangePoint | undefined => {
  const logs = points.map(([, value]) => Math.log(Math.max(value, 1e-6)));
  let best: { index: number; error: number } | undefined;
  for (let index = LEAST_POINTS; index <= points.length - LEAST_POINTS; index += 1) {
    const error = squaredError(logs.slice(0, index)) + squaredError(logs.slice(index));
    if (best === undefined || error < best.error) best = { index, error };
  }
  if (best === undefined) return undefined;
  const before = median(points.slice(0, best.index).map(([, value]) => value));
  const after = median(points.slice(best.index).map(([, value]) => value));
  const at = points[best.index]?.[0];
  return at === undefined || after < before * LEAST_RATIO ? undefined : { at, before, after };
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
