import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';

/** How soon somebody may come back who came while another record was imported, as `Retry-After`. */
const RETRY_AFTER_S = 2;

declare module 'fastify' {
  interface FastifyRequest {
    /** What is still done with the record after whoever sent it may have gone. */
    storing?: Promise<unknown>;
  }
}

/**
 * Imports take turns, one of a tenant at a time, for each holds a whole record in memory. What it returns is to be asked
 * before anything of the body is read, and throws a 429 `ApiProblem` where it is another's turn. A repeat under the same
 * `Idempotency-Key` waits for the answer to the first, as everywhere; its body waits outside.
 */
export const createImportTurns = () => {
  const turns = new Map<string, { key: string | undefined; over: Promise<void> }>();

  return async (request: FastifyRequest, reply: FastifyReply, tenantId: string): Promise<void> => {
    const given = request.headers['idempotency-key'];
    const key = typeof given === 'string' ? given : undefined;
    for (let other = turns.get(tenantId); other !== undefined; other = turns.get(tenantId)) {
      if (key === undefined || key !== other.key) {
        reply.header('retry-after', RETRY_AFTER_S);
        throw new ApiProblem(429, 'rate_limit_exceeded', 'Another record is being imported. Try again after it.');
      }
      await other.over;
    }
    // Whoever went away meanwhile would never give the turn back.
    if (reply.raw.destroyed) throw new ApiProblem(400, 'validation_error', 'The record did not come.');
    const over = new Promise<void>((resolve) => {
      reply.raw.once('close', async () => {
        await Promise.allSettled([request.storing]);
        turns.delete(tenantId);
        resolve();
      });
    });
    turns.set(tenantId, { key, over });
  };
};
