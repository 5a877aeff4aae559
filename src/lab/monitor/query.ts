import { z } from 'zod';
import type { History, Series } from './history.ts';
import { type Bucket, countAbove, histogramQuantile } from './quantile.ts';

export const Operation = z.enum(['p50', 'p95', 'p99', 'mean', 'rate', 'value', 'max']);
export type Operation = z.infer<typeof Operation>;

/** ISO 8601 or epoch ms. */
const Moment = z.union([
  z.number(),
  z.string().transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text))),
]);

export const MetricQuery = z.object({
  metric: z.string(),
  operation: Operation,
  /** How far back each point looks. */
  windowMs: z.coerce.number().positive(),
  where: z.record(z.string(), z.string()).default({}),
  /** One series for each value of this label; all together where absent. */
  by: z.string().optional(),
  from: Moment.default(0),
  to: Moment.default(Number.POSITIVE_INFINITY),
});
export type MetricQuery = z.infer<typeof MetricQuery>;

export type Result = { labels: Record<string, string>; points: [number, number][] };

const matches = (labels: Record<string, string>, where: Record<string, string>): boolean =>
  Object.entries(where).every(([key, value]) => labels[key] === value);

/** A counter that was not there yet had counted nothing; one that fell was restarted and counts from zero. */
const increase = (values: readonly number[], from: number, to: number): number => {
  const last = values[to];
  if (last === undefined || Number.isNaN(last)) return 0;
  const first = values[from];
  return first === undefined || Number.isNaN(first) || first > last ? last : last - first;
};

const bucketsOf = (series: readonly Series[], from: number, to: number): Bucket[] => {
  const counts = new Map<number, number>();
  for (const { labels, values } of series) {
    const le = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
    counts.set(le, (counts.get(le) ?? 0) + increase(values, from, to));
  }
  return [...counts].map(([le, count]) => ({ le, count }));
};

const total = (series: readonly Series[], from: number, to: number): number =>
  series.reduce((sum, { values }) => sum + increase(values, from, to), 0);

/** What the gauges are at that scrape; one that was not there says nothing. */
const valuesAt = (series: readonly Series[], at: number): number[] =>
  series.flatMap(({ values }) => {
    const value = values[at];
    return value === undefined || Number.isNaN(value) ? [] : [value];
  });

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** The first scrape that is at most a window old, and one before it: what happened in the window lies between. */
const windowStart = (times: readonly number[], to: number, windowMs: number): number => {
  const since = (times[to] ?? 0) - windowMs;
  let from = to;
  while (from > 0 && (times[from] ?? 0) > since) from -= 1;
  return from;
};

/** The metric at each scrape between `from` and `to`; a point without observations in its window is left out. */
export const runQuery = (history: History, query: MetricQuery): Result[] => {
  const { metric, operation, where, by, windowMs } = query;
  const times = history.times();
  const named = (suffix: string) => history.series(`${metric}${suffix}`).filter(({ labels }) => matches(labels, where));
  const [main, counts] =
    operation === 'value' || operation === 'max'
      ? [named(''), []]
      : operation === 'rate'
        ? [named('_count').length > 0 ? named('_count') : named(''), []]
        : operation === 'mean'
          ? [named('_sum'), named('_count')]
          : [named('_bucket'), []];
  const groups = new Set(main.map(({ labels }) => (by === undefined ? '' : (labels[by] ?? ''))));

  const read = (ours: readonly Series[], theirs: readonly Series[], from: number, to: number): number | undefined => {
    switch (operation) {
      case 'value': {
        const present = valuesAt(ours, to);
        return present.length === 0 ? undefined : present.reduce((sum, value) => sum + value, 0);
      }
      case 'max':
        return Math.max(...valuesAt(ours, to));
      case 'rate':
        return (total(ours, from, to) * 1000) / ((times[to] ?? 0) - (times[from] ?? 0));
      case 'mean': {
        const count = total(theirs, from, to);
        return count === 0 ? undefined : total(ours, from, to) / count;
      }
      default:
        return histogramQuantile(QUANTILES[operation], bucketsOf(ours, from, to));
    }
  };

  return [...groups].map((group) => {
    const inGroup = ({ labels }: Series): boolean => by === undefined || (labels[by] ?? '') === group;
    const ours = main.filter(inGroup);
    const theirs = counts.filter(inGroup);
    const points: [number, number][] = [];
    for (const [to, at] of times.entries()) {
      if (to === 0 || at < query.from || at > query.to) continue;
      const value = read(ours, theirs, windowStart(times, to, windowMs), to);
      if (value !== undefined && Number.isFinite(value)) points.push([at, value]);
    }
    return { labels: by === undefined ? {} : { [by]: group }, points };
  });
};

/** How many requests of the last window took longer than the bound. */
export const slowInWindow = (
  history: History,
  metric: string,
  where: Record<string, string>,
  bound: number,
  windowMs: number,
): number => {
  const to = history.times().length - 1;
  const series = history.series(`${metric}_bucket`).filter(({ labels }) => matches(labels, where));
  return to < 1 ? 0 : countAbove(bound, bucketsOf(series, windowStart(history.times(), to, windowMs), to));
};
