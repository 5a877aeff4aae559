import type { Node } from '../shop/topology.ts';
import type { History } from './history.ts';
import { runQuery } from './query.ts';

const WINDOW_MS = 15_000;

/** The drawn graph, and what was measured on its edges in the last quarter of a minute. */
export const measureGraph = (services: readonly Node[], history: History) => {
  const from = (history.times().at(-1) ?? 0) - 1;
  const range = { windowMs: WINDOW_MS, from, to: Number.POSITIVE_INFINITY, metric: 'http_client_duration_seconds' };
  const edges = services.flatMap(({ name, dependsOn }) =>
    [...new Set(dependsOn.filter(({ via }) => via !== 'sql' && via !== 'queue').map(({ service }) => service))].map(
      (to) => {
        const where = { service: name, to };
        const rates = runQuery(history, { ...range, where, operation: 'rate', by: 'status' }).map(
          ({ labels, points }) => ({
            failed: !/^[24]/.test(labels.status ?? ''),
            rate: points.at(-1)?.[1] ?? 0,
          }),
        );
        const all = rates.reduce((sum, { rate }) => sum + rate, 0);
        const failed = rates.reduce((sum, one) => sum + (one.failed ? one.rate : 0), 0);
        const p95 = runQuery(history, { ...range, where, operation: 'p95' })[0]?.points.at(-1)?.[1];
        return {
          from: name,
          to,
          ratePerSecond: Number(all.toFixed(2)),
          errorRatio: all === 0 ? 0 : Number((failed / all).toFixed(3)),
          p95Ms: p95 === undefined ? null : Number((p95 * 1000).toFixed(1)),
        };
      },
    ),
  );
  return { services, edges };
};
