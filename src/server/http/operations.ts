import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EventLog } from '../log/event-log.ts';

/** What an operator asks: is it alive, may it be sent traffic, how is it doing. No tenant's data is in any of it. */
export const registerOperations = (
  app: FastifyInstance,
  deps: { log: EventLog | null; connections: () => number; limitsReached: ReadonlyMap<string, number> },
): void => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'causeflow_relay_connections',
    help: 'Open relay connections.',
    registers: [registry],
    collect() {
      this.set(deps.connections());
    },
  });
  const appended = new Counter({
    name: 'causeflow_log_events_total',
    help: 'Events made durable.',
    registers: [registry],
  });
  new Counter({
    name: 'causeflow_limits_reached_total',
    help: 'Publications and connections that were refused, by the limit.',
    labelNames: ['limit'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [limit, count] of deps.limitsReached) this.inc({ limit }, count);
    },
  });
  deps.log?.tail((events) => appended.inc(events.length));

  const isReady = (): boolean => deps.log === null || deps.log.health() === 'healthy';

  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) =>
    isReady()
      ? { status: 'ready' }
      : reply.status(503).send({ status: 'unavailable', reason: 'the log cannot be written' }),
  );
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
};
