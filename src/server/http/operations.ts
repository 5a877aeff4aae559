import type { FastifyInstance } from 'fastify';
import type { EventLog } from '../log/event-log.ts';
import { describeMetrics, type MetricsSource } from '../metrics/describe.ts';

/** What an operator asks: is it alive, may it be sent traffic, how is it doing. No tenant's data is in any of it. */
export const registerOperations = (
  app: FastifyInstance,
  deps: { log: EventLog | null; isStopping: () => boolean; metrics: MetricsSource },
): void => {
  const { meters } = deps.metrics;
  const metrics = describeMetrics(deps.metrics);
  deps.log?.tail((events) => {
    meters.logEvents += events.length;
  });

  const problem = (): string | undefined => {
    if (deps.isStopping()) return 'shutting down';
    return deps.log?.health() === 'unavailable' ? 'the log cannot be written' : undefined;
  };

  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const reason = problem();
    return reason === undefined ? { status: 'ready' } : reply.status(503).send({ status: 'unavailable', reason });
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
};
