import type { FastifyInstance } from 'fastify';
import type { Callers } from '../auth/callers.ts';
import type { Refusals } from './refusals.ts';

/** Puts every 403 of the API and the sign-in on the record of the tenant whose person it was. */
export const recordRefusals = (app: FastifyInstance, deps: { callers: Callers; refusals: Refusals }): void => {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    if (reply.statusCode !== 403 || routeOptions.url === undefined) return;
    const found = deps.callers.foundOf(request);
    const person = found ?? (await deps.callers.personOf(request));
    if (person === undefined) return;
    deps.refusals.record(person, {
      what: `${method} ${routeOptions.url}`,
      reason: found === undefined ? 'origin' : 'role',
    });
  });
};
