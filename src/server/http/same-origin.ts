import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import { usesCookie } from '../auth/callers.ts';
import { readSessionCookie } from '../auth/session-cookie.ts';
import type { Origins } from './origins.ts';

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/**
 * Against forged requests (CSRF): what changes something with nothing but the browser's cookie must name an allowed
 * origin, as every browser does. Signing in must not come from a foreign one either, or somebody could be signed in as
 * somebody else. A bearer token no other page can know, so whoever brings one may come from anywhere.
 */
export const refuseForeignChanges = (app: FastifyInstance, origins: Origins): void => {
  app.addHook('onRequest', async (request) => {
    if (isRead(request)) return;
    const { origin, host } = request.headers;
    // By the route and not by the address, which can be spelled in many ways.
    const isAuth = request.routeOptions.url?.startsWith('/auth/') === true;
    const isByCookie = isAuth ? readSessionCookie(request) !== undefined : usesCookie(request);
    const mayComeFrom = origin === undefined ? !isByCookie : origins.areAllowed(origin, host);
    if ((isAuth || isByCookie) && !mayComeFrom) {
      throw new ApiProblem(403, 'forbidden', 'This origin may not do this.');
    }
  });
};
