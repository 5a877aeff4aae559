import { Transform } from 'node:stream';
import type { FastifyInstance, RequestPayload } from 'fastify';
import { ApiProblem } from '../api-problem.ts';

const tooLarge = (): ApiProblem => new ApiProblem(413, 'payload_too_large', 'The body is too large.');

/** The body as it comes, in no one's memory as a whole; it fails with a 413 `ApiProblem` past `maxBytes`. */
const bounded = (payload: RequestPayload, maxBytes: number): Transform => {
  let seen = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > maxBytes) done(tooLarge());
      else done(null, chunk);
    },
  });
  // Whoever reads it learns of its end; where nobody does yet, as little is wrong.
  body.on('error', () => undefined);
  // Not by `pipeline`, which would take the connection away on which the refusal has to go back.
  payload.once('error', (error) => body.destroy(error));
  payload.once('close', () => {
    if (!body.writableEnded) body.destroy();
  });
  payload.pipe(body);
  return body;
};

/** Refuses larger bodies than `maxBytes` with 413, announced or sent, where they pass as they come. */
export const boundBodies = (app: FastifyInstance, maxBytes: number): void => {
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (request.method === 'GET' || request.method === 'HEAD') return payload;
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
    return bounded(payload, maxBytes);
  });
};
