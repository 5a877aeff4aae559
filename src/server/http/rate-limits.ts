import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import type { Callers } from '../auth/callers.ts';

/** By the route and not by the address, which can be spelled in many ways. */
const isLimited = ({ routeOptions }: FastifyRequest): boolean => /^\/(?:v1|auth|lab)\//.test(routeOptions.url ?? '');

/**
 * `X-RateLimit-*` on every answer, 429 with `Retry-After` beyond the limit. One caller is one person; whom we don't
 * know, with whatever token or cookie, is known by the address, so that making them up gives nobody more.
 */
export const limitRates = async (
  app: FastifyInstance,
  perMinute: number,
  callers: Callers,
  onLimit: () => void,
): Promise<void> => {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: async (request) => {
      if (!isLimited(request)) return '';
      const person = await callers.personOf(request);
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
