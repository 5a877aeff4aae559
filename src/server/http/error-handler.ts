import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiErrorCode } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import { ApiProblem } from '../api-problem.ts';
import { KeysUnavailable } from '../auth/jwks.ts';
import { LogUnavailable } from '../log/event-log.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { BARE_HEADERS } from './security-headers.ts';

/** Nobody's token can be verified: not a refusal, and no reason to sign out. */
export const KEYS_UNAVAILABLE = 'Sign-ins cannot be verified at the moment.';

/** Fastify's own refusals in the API's words. */
const ofFramework = (error: unknown): ApiProblem | undefined => {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  switch (status) {
    case 400:
      return new ApiProblem(400, 'validation_error', 'The body is not valid JSON.');
    case 413:
      return new ApiProblem(413, 'payload_too_large', 'The body is too large.');
    case 415:
      return new ApiProblem(415, 'unsupported_media_type', 'The body must be JSON.');
    default:
      return undefined;
  }
};

type Broken = readonly [status: number, code: ApiErrorCode, message: string];

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';
const NO_HTTP: Broken = [400, 'validation_error', 'The request is not valid HTTP.'];
const BROKEN: ReadonlyMap<string, Broken> = new Map([
  ['HPE_HEADER_OVERFLOW', [431, 'validation_error', 'The headers are too large.']],
  [TOO_SLOW, [408, 'request_timeout', 'The request took too long to come.']],
]);

/** What is not even HTTP, or does not come to its end. Nothing of it is logged: it may hold anybody's token. */
export const answerBrokenHttp = (error: Error & { code?: string }, socket: Socket, onTimeout: () => void): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  if (error.code === TOO_SLOW) onTimeout();
  const [status, code, message] = BROKEN.get(error.code ?? '') ?? NO_HTTP;
  refuseUpgrade(socket, status, code, message);
};

/** An address that the router cannot read; its own answer would repeat it, with whatever secret is in the query. */
export const answerBadAddress = (error: { code?: string }, request: FastifyRequest, reply: FastifyReply): void => {
  reply.header('x-request-id', request.id);
  reply.headers(BARE_HEADERS);
  if (error.code === 'FST_ERR_MAX_PARAM_LENGTH') {
    reply.status(404).send({ error: 'route_not_found', message: 'There is no such address.' });
  } else reply.status(400).send({ error: 'validation_error', message: 'The address is not valid.' });
};

/**
 * Takes an empty body for none: clients name JSON as its type also where they send nothing. What is no UTF-8 is
 * refused (RFC 8259 §8.1), and not stored with the marks that a lenient decoder puts in its place.
 */
export const readJsonBodies = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (body: Uint8Array): string | undefined => {
    try {
      return decoder.decode(body);
    } catch {
      return undefined;
    }
  };
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = decode(Buffer.from(body));
    if (text === undefined) done(new ApiProblem(400, 'validation_error', 'The body is not valid UTF-8.'));
    else if (text === '') done(null, undefined);
    else parse(request, text, done);
  });
};

/** Every failure as `{error, message}`; our own says no more than an id that is in the log. */
export const handleErrors = (app: FastifyInstance): void => {
  app.setErrorHandler((error, request, reply) => {
    const problem =
      error instanceof ApiProblem
        ? error
        : error instanceof LogUnavailable
          ? new ApiProblem(503, 'service_unavailable', 'The log cannot be written at the moment.')
          : error instanceof KeysUnavailable
            ? new ApiProblem(503, 'service_unavailable', KEYS_UNAVAILABLE)
            : ofFramework(error);
    if (problem !== undefined) {
      return reply.status(problem.status).send({ error: problem.code, message: problem.message, ...problem.details });
    }
    const errorId = newId('evt');
    request.log.error({ err: error, errorId }, 'a request failed');
    return reply.status(500).send({ error: 'internal_error', message: 'Something went wrong on our side.', errorId });
  });
};
