import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { count, type Meters } from '../metrics/meters.ts';

/** What went well is news only to who looks for it. */
const levelOf = (status: number): 'debug' | 'info' | 'warn' =>
  status >= 500 ? 'warn' : status >= 400 ? 'info' : 'debug';

/**
 * One line for each answer, and the request's id sent back with it. Of the address only the route is named: what
 * somebody put into it may be a secret.
 */
export const logRequests = (app: FastifyInstance, deps: { logger: Logger; meters: Meters }): void => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const status = reply.statusCode;
    count(deps.meters.httpResponses, status);
    const { method, id: requestId } = request;
    const line = { requestId, method, route: request.routeOptions.url, status, ms: Math.round(reply.elapsedTime) };
    deps.logger[levelOf(status)](line, 'answered');
  });
};
