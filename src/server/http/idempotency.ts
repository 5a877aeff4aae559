import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import type { Principal } from '../auth/principal.ts';
import { namedId } from '../incidents/derived-id.ts';
import type { StateStore } from '../log/state-store.ts';

const BUCKET = 'idempotency';
const KEPT_MS = 24 * 3600_000;
const MAX_KEY_CHARS = 255;
/** A first attempt that a crash cut off no longer blocks its key after this. */
const PENDING_MS = 60_000;
const POLL_MS = 50;

type Answer = { bodyHash: string; status: number | null; body: string };

declare module 'fastify' {
  interface FastifyRequest {
    idempotency?: { name: string; bodyHash: string };
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const nameOf = (request: FastifyRequest, key: string, caller: Principal): string =>
  sha256(
    JSON.stringify([
      caller.tenantId,
      caller.kind === 'person' ? caller.userId : caller.keyId,
      request.method,
      request.url,
      key,
    ]),
  );

/**
 * What a request makes that is sent again with its key is made from this, so that the log knows it even where no answer
 * was kept. undefined without a key.
 */
export const causeOf = ({ idempotency }: FastifyRequest): string | undefined =>
  idempotency === undefined ? undefined : namedId('req', `${idempotency.name}/${idempotency.bodyHash}`);

/**
 * `Idempotency-Key` on every change: the same key and body give the first answer again, another body is refused with
 * 422. A repeat that comes while the first is under way waits for its answer. Where a failure or a crash left none, the
 * change is asked for again, and finds by its ids what it did the first time.
 */
export const keepAnswers = (
  app: FastifyInstance,
  deps: { state: StateStore; authenticate(request: FastifyRequest): Promise<Principal> },
): void => {
  const { state } = deps;

  /** The answer of the first attempt; undefined where this one is the first. */
  const claim = async (name: string, bodyHash: string): Promise<Answer | undefined> => {
    const pending: Answer = { bodyHash, status: null, body: '' };
    for (let waitedMs = 0; waitedMs < PENDING_MS; waitedMs += POLL_MS) {
      if ((await state.put(BUCKET, name, pending, { ttlMs: PENDING_MS, expect: 'absent' })) !== undefined)
        return undefined;
      const known = (await state.get<Answer>(BUCKET, name))?.value;
      if (known !== undefined && (known.status !== null || known.bodyHash !== bodyHash)) return known;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new ApiProblem(503, 'service_unavailable', 'The first request with this key is still being answered.');
  };

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const isChange = request.method !== 'GET' && request.method !== 'HEAD';
    if (!isChange || typeof key !== 'string' || !request.url.startsWith('/v1/')) return;
    if (key === '' || key.length > MAX_KEY_CHARS) {
      throw new ApiProblem(400, 'validation_error', `Idempotency-Key: has 1 to ${MAX_KEY_CHARS} characters`);
    }
    const name = nameOf(request, key, await deps.authenticate(request));
    const bodyHash = sha256(JSON.stringify(request.body ?? null));
    const first = await claim(name, bodyHash);
    if (first === undefined) {
      request.idempotency = { name, bodyHash };
      return;
    }
    if (first.bodyHash !== bodyHash) {
      throw new ApiProblem(422, 'idempotency_key_reused', 'This key was used for another body.');
    }
    return reply
      .status(first.status ?? 200)
      .header('idempotent-replayed', 'true')
      .type('application/json; charset=utf-8')
      .send(first.body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { idempotency } = request;
    if (idempotency === undefined) return payload;
    // A failure of ours is worth another try; everything else is the answer for good.
    if (reply.statusCode >= 500) await state.delete(BUCKET, idempotency.name);
    else {
      const answer: Answer = {
        bodyHash: idempotency.bodyHash,
        status: reply.statusCode,
        body: typeof payload === 'string' ? payload : '',
      };
      await state.put(BUCKET, idempotency.name, answer, { ttlMs: KEPT_MS });
    }
    return payload;
  });
};
