import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import type { Callers } from '../auth/callers.ts';
import type { Neighbours } from '../cluster/neighbours.ts';
import { requestCounts } from './request-counts.ts';

const WINDOW_MS = 60_000;

/** By the route and not by the address, which can be spelled in many ways. */
const isLimited = ({ routeOptions }: FastifyRequest): boolean => /^\/(?:v1|auth|lab)\//.test(routeOptions.url ?? '');

/**
 * `X-RateLimit-*` on every answer, 429 with `Retry-After` beyond the limit. One caller is one person; whom we don't
 * know, with whatever token or cookie, is known by the address, so that making them up gives nobody more, and takes
 * nothing from whom they name.
 */
export const limitRates = async (
  app: FastifyInstance,
  options: {
    perMinute: number;
    callers: Callers;
    /** Whether callers are who they say they are. */
    areVerified: boolean;
    neighbours: Neighbours;
    elapsed: () => number;
    onLimit: () => void;
  },
): Promise<void> => {
  const { perMinute, callers, areVerified, neighbours, elapsed, onLimit } = options;
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: WINDOW_MS,
    store: requestCounts(neighbours, elapsed, WINDOW_MS),
    keyGenerator: async (request) => {
      if (!isLimited(request)) return '';
      const person = areVerified ? await callers.personOf(request) : undefined;
      return person === undefined ? request.ip : `${person.tenantId}/${person.userId}`;
    },
    onExceeded: onLimit,
    allowList: (request) => !isLimited(request),
    errorResponseBuilder: (_request, context) =>
      new ApiProblem(
        429,
        'rate_limit_exceeded',
        `At most ${context.max} requests a minute. Try again in ${context.after}.`,
      ),
  });
};
