/** How many observations were at most `le`. */
export type Bucket = { le: number; count: number };

/**
 * The q-quantile of a histogram, as Prometheus' histogram_quantile gives it: linear within the bucket it falls in, the
 * highest finite bound where it is above all of them. undefined without observations.
 */
export const histogramQuantile = (q: number, buckets: readonly Bucket[]): number | undefined => {
  const sorted = [...buckets].sort((a, b) => a.le - b.le);
  const total = sorted.at(-1)?.count ?? 0;
  if (total <= 0) return undefined;
  const rank = q * total;
  let below = { le: 0, count: 0 };
  for (const bucket of sorted) {
    if (bucket.count >= rank) {
      if (bucket.le === Number.POSITIVE_INFINITY) return below.le;
      const inside = bucket.count - below.count;
      return inside <= 0 ? bucket.le : below.le + (bucket.le - below.le) * ((rank - below.count) / inside);
    }
    below = bucket;
  }
  return below.le;
};

/** How many observations were above the bound; exact where the bound is that of a bucket. */
export const countAbove = (bound: number, buckets: readonly Bucket[]): number => {
  const total = Math.max(0, ...buckets.map(({ count }) => count));
  const atMost = Math.max(0, ...buckets.filter(({ le }) => le <= bound).map(({ count }) => count));
  return total - atMost;
};
