import { median, type Point } from '../analysis/change-point.ts';
import type { Case } from '../case.ts';
import type { Facts } from '../facts.ts';
import { dependentsOf } from './cause.ts';

const levels = (points: readonly Point[], moment: number): { before: number; after: number } => ({
  before: median(points.filter(([at]) => at < moment).map(([, value]) => value)),
  after: median(points.filter(([at]) => at >= moment).map(([, value]) => value)),
});

/** How much slower calls became that have nothing to do with the dependency: a busy machine slows them all. */
export const othersSlower = async (
  { monitor, settings }: Case,
  facts: Facts,
  dependency: string,
  began: number,
): Promise<{ name: string; ratio: number }[]> => {
  const reached = dependentsOf(facts, dependency);
  const edges = (facts.graph?.edges ?? []).filter(({ to }) => !reached.has(to));
  const all = await Promise.all(
    edges.map(async ({ from: service, to }) => {
      const request = {
        metric: 'http_client_duration_seconds',
        operation: 'p50',
        windowMs: settings.scrapeEveryMs * 5,
      };
      const [series] = await monitor.query({ ...request, where: { service, to }, from: facts.onset.since });
      const { before, after } = levels(series?.points ?? [], began);
      return { name: `${service} → ${to}`, ratio: before > 0 ? after / before : 1 };
    }),
  );
  return all.sort((a, b) => b.ratio - a.ratio);
};
