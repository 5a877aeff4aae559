import { median, type Point } from './change-point.ts';

export type Trend = {
  /** Per second, in the series' own unit. */
  slope: number;
  from: number;
  to: number;
  /** The share of pairs that rise (1) against those that fall (-1): Kendall's tau, which no outlier can fake. */
  tau: number;
};

const LEAST_POINTS = 6;
/** Pairs grow with the square; this many points show a trend as well as all of them. */
const MOST_POINTS = 60;

const thin = (points: readonly Point[]): readonly Point[] => {
  const step = Math.ceil(points.length / MOST_POINTS);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0);
};

/** Where a series is going: the median slope of all pairs (Theil and Sen); undefined for too few points. */
export const trendOf = (points: readonly Point[]): Trend | undefined => {
  if (points.length < LEAST_POINTS) return undefined;
  const some = thin(points);
  const slopes: number[] = [];
  let balance = 0;
  for (const [index, [at, value]] of some.entries()) {
    for (const [laterAt, laterValue] of some.slice(index + 1)) {
      if (laterAt <= at) continue;
      slopes.push(((laterValue - value) * 1000) / (laterAt - at));
      balance += Math.sign(laterValue - value);
    }
  }
  if (slopes.length === 0) return undefined;
  const edge = Math.max(1, Math.floor(points.length / 6));
  const values = points.map(([, value]) => value);
  return {
    slope: median(slopes),
    from: median(values.slice(0, edge)),
    to: median(values.slice(-edge)),
    tau: balance / slopes.length,
  };
};

/** Nearly every later point is higher, and the end is well above the beginning. */
export const isGrowing = ({ tau, from, to }: Trend, leastRatio = 1.3): boolean =>
  tau > 0.6 && to > Math.max(from, 1e-9) * leastRatio;
