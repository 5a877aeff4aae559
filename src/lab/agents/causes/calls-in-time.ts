import type { Case } from '../case.ts';

const HISTORY_MS = 10 * 60_000;

type Quantiles = { p50: number; p95: number; p99: number };

/** How long the calls that a service makes took before the change: what the new limit has to bear. */
export const tookBefore = async (
  { monitor, settings }: Case,
  service: string,
  to: string,
  before: number,
): Promise<Quantiles> => {
  const windowMs = settings.scrapeEveryMs * 20;
  const ask = async (operation: string): Promise<number> => {
    const series = await monitor.query({
      metric: 'http_client_duration_seconds',
      operation,
      windowMs,
      where: { service, to },
      from: before - HISTORY_MS,
      to: before,
    });
    return (series[0]?.points.at(-1)?.[1] ?? 0) * 1000;
  };
  return { p50: await ask('p50'), p95: await ask('p95'), p99: await ask('p99') };
};

type GivenUp = { before: number; since: number };

/** How many of the calls a second were given up, before the change and since. */
export const givenUp = async (
  { monitor, settings }: Case,
  service: string,
  to: string,
  changedAt: number,
): Promise<GivenUp> => {
  const [series] = await monitor.query({
    metric: 'http_client_duration_seconds',
    operation: 'rate',
    windowMs: settings.scrapeEveryMs * 4,
    where: { service, to, status: 'timeout' },
    from: changedAt - HISTORY_MS,
  });
  const most = (points: readonly (readonly [number, number])[]): number =>
    Math.max(0, ...points.map(([, value]) => value));
  const points = series?.points ?? [];
  return {
    before: most(points.filter(([at]) => at < changedAt)),
    since: most(points.filter(([at]) => at >= changedAt)),
  };
};
