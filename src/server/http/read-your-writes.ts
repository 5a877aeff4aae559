import type { FastifyInstance } from 'fastify';
import type { EventLog } from '../log/event-log.ts';

/**
 * Whoever got an answer from one node and asks the next one finds there what the first has told: a request of the API
 * waits until this node knows all that was acknowledged before it. Where the log is away it is answered from what this
 * node has; changes are refused then by the log itself.
 */
export const readYourWrites = (app: FastifyInstance, log: EventLog): void => {
  app.addHook('preHandler', async (request) => {
    if (!request.url.startsWith('/v1/') || log.health() === 'unavailable') return;
    await log.caughtUp().catch(() => undefined);
  });
};
