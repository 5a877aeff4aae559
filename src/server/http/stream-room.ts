import type { FastifyReply } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import { createCounts } from '../relay/limits.ts';

/** How soon somebody for whose stream there is no room may come back, as `Retry-After`. */
const RETRY_AFTER_S = 5;

/**
 * The streams of server-sent events that each tenant has open. What it returns counts one more, and returns the function
 * that takes it out again; it throws a 429 `ApiProblem` where there are as many as there may be.
 */
export const createStreamRoom = (perTenant: number, onFull: () => void) => {
  const ofTenant = createCounts(perTenant);
  return (reply: FastifyReply, tenantId: string): (() => void) => {
    if (!ofTenant.isFull(tenantId)) return ofTenant.add(tenantId);
    onFull();
    reply.header('retry-after', RETRY_AFTER_S);
    throw new ApiProblem(429, 'rate_limit_exceeded', 'The tenant has too many streams open.');
  };
};
