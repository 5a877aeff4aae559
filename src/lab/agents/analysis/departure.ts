import { median, type Point } from './change-point.ts';

export type Departure = { at: number; before: number; after: number; since: number };

const LEAST_POINTS = 6;
/** Of the usual spread; and never less than this share of the usual level. */
const SPREADS = 5;
const LEAST_SHARE = 0.25;
/** So many calm points in a row are calm; a high one between is an outlier. */
const CALM_IN_A_ROW = 3;

/**
 * When a series last left its usual level upwards and stayed away, in one step or in a slope. What is usual are its lower points
 * below the limit. undefined where it is as usual at the end.
 */
export const departure = (points: readonly Point[], limit: number): Departure | undefined => {
  if (points.length < LEAST_POINTS) return undefined;
  const values = points.map(([, value]) => value);
  const low = values.filter((value) => value < limit).sort((a, b) => a - b);
  const calmValues = low.slice(0, Math.max(3, Math.ceil(low.length * 0.6)));
  if (calmValues.length === 0) return undefined;
  const usual = median(calmValues);
  const spread = median(calmValues.map((value) => Math.abs(value - usual)));
  const high = Math.min(limit, usual + Math.max(SPREADS * spread, LEAST_SHARE * Math.abs(usual), limit * 0.02));
  const isHigh = (index: number): boolean => (values[index] ?? 0) > high;

  let index = points.length - 1;
  // The very end may be calm by chance, or recovering; more than a few points of calm are an end.
  for (let calm = 0; index >= 0 && !isHigh(index); index -= 1) {
    calm += 1;
    if (calm >= CALM_IN_A_ROW * 3) return undefined;
  }
  let first = index;
  for (let calm = 0; index >= 0 && calm < CALM_IN_A_ROW; index -= 1) {
    if (isHigh(index)) {
      first = index;
      calm = 0;
    } else calm += 1;
  }
  const at = points[first]?.[0];
  const start = points[0]?.[0];
  if (at === undefined || start === undefined) return undefined;
  const after = median(values.slice(first).slice(-10));
  // The calm before: back to where another episode ended.
  let since = start;
  for (let back = first - 1, high = 0; back >= 0; back -= 1) {
    high = isHigh(back) ? high + 1 : 0;
    if (high < 2) continue;
    since = points[back + 2]?.[0] ?? at;
    break;
  }
  return { at, before: usual, after, since };
};
