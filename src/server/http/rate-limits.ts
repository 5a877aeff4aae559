import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import { SESSION_COOKIE } from '../auth/auth-routes.ts';

/** One caller is one token or session; who has neither is known by the address. */
const callerOf = (request: FastifyRequest): string => {
  const secret = request.headers.authorization ?? request.cookies[SESSION_COOKIE];
  return secret === undefined ? request.ip : createHash('sha256').update(secret).digest('base64url');
};

/** `X-RateLimit-*` on every answer, 429 with `Retry-After` beyond the limit. */
export const limitRates = async (app: FastifyInstance, perMinute: number): Promise<void> => {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: callerOf,
    allowList: (request) => !/^\/(?:v1|auth|lab)\//.test(request.url),
    errorResponseBuilder: (_request, context) =>
      new ApiProblem(
        429,
        'rate_limit_exceeded',
        `At most ${context.max} requests a minute. Try again in ${context.after}.`,
      ),
  });
};
