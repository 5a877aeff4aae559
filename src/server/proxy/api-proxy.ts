import { Readable } from 'node:stream';
import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import { STREAM_PATH } from '../auth/callers.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import { BARE_HEADERS } from '../http/security-headers.ts';
import { createStreamRoom } from '../http/stream-room.ts';
import { count, type Meters } from '../metrics/meters.ts';
import { readApiPath } from './api-address.ts';
import { boundBodies } from './bounded-body.ts';
import type { ProxyLimits } from './limits.ts';
import { passToApi, passToCaller } from './passing-headers.ts';

/** The query as it came, but for the token of an EventSource: it is in a header now, and in nobody's log of addresses. */
const queryWithoutToken = (_search: string | undefined, url: string): string =>
  url
    .slice(url.indexOf('?') + 1 || url.length)
    .split('&')
    .filter((part) => !new URLSearchParams(part).has('token'))
    .join('&');

/** What broke: a refusal of our own in the middle of a body, or the API. */
const problemOf = (error: unknown): ApiProblem | undefined => {
  if (error instanceof ApiProblem) return error;
  return error instanceof Error && error.cause !== undefined ? problemOf(error.cause) : undefined;
};

const isEventStream = (type: unknown): boolean => /^text\/event-stream\b/i.test(String(type));

/** Also where the caller has gone before we looked. */
const onceClosed = ({ raw }: FastifyReply, leave: () => void): void => {
  if (raw.closed) leave();
  else raw.once('close', leave);
};

/**
 * Sends `/v1/*` to the API in `API_URL` with the caller's token in place of the session cookie. What still comes when
 * the session is signed out of, as a stream does, ends there.
 */
export const proxyApi = async (
  app: FastifyInstance,
  options: {
    apiUrl: URL;
    sessionOf: (request: FastifyRequest) => Promise<Session>;
    sessions: Pick<Sessions, 'onEnd'>;
    streamsPerTenant: number;
    onTooManyStreams: () => void;
    limits: Pick<ProxyLimits, 'apiAnswerMs' | 'apiPauseMs' | 'apiBodyBytes'>;
    meters: Meters;
  },
): Promise<void> => {
  const { limits, meters } = options;
  const base = options.apiUrl.pathname.replace(/\/$/, '');
  const takeRoom = createStreamRoom(options.streamsPerTenant, options.onTooManyStreams);
  const callers = new WeakMap<object, Session>();

  await app.register(async (scope) => {
    // Bodies pass as they come, whatever they are.
    scope.removeAllContentTypeParsers();
    boundBodies(scope, limits.apiBodyBytes);
    scope.addHook('onSend', async (request, reply, payload) => {
      if (!isEventStream(reply.getHeader('content-type'))) return payload;
      const caller = callers.get(request.raw);
      try {
        // Only now that the API has accepted the token: one that is made up must not fill the room of the tenant in it.
        if (caller !== undefined) onceClosed(reply, takeRoom(reply, caller.person.tenantId));
      } catch (error) {
        if (payload instanceof Readable) payload.destroy();
        throw error;
      }
      // A stream that has nothing to say yet is open all the same.
      setImmediate(() => reply.raw.flushHeaders());
      return payload;
    });
    await scope.register(httpProxy, {
      upstream: options.apiUrl.origin,
      prefix: '/v1',
      rewritePrefix: `${base}/v1`,
      // Its refusals are the caller's to see: by itself the package asks up to ten times again after a 503.
      retryMethods: [],
      undici: {
        headersTimeout: limits.apiAnswerMs,
        bodyTimeout: limits.apiPauseMs,
        // Of 128, the package's own bound, streams that stay open would leave none for all other calls.
        connections: null,
        // The package would show the tokens to whoever answers there, with whatever certificate.
        connect: { rejectUnauthorized: true },
      },
      // It would log the address that it asks, with what is in the query.
      disableRequestLogging: true,
      preHandler: async (request, reply) => {
        const session = await options.sessionOf(request);
        callers.set(request.raw, session);
        const path = readApiPath(request.url);
        if (path === null) throw new ApiProblem(400, 'validation_error', 'The address is not valid.');
        const isStream = path.split('/').filter(Boolean).join('/') === STREAM_PATH.slice(1);
        // Left at once: it is only looked whether there is room, before the API is asked.
        if (isStream) takeRoom(reply, session.person.tenantId)();
        if (session.id !== null) {
          onceClosed(
            reply,
            options.sessions.onEnd(session.id, () => reply.raw.destroy()),
          );
        }
      },
      replyOptions: {
        queryString: queryWithoutToken,
        onError: (reply, { error }) => {
          const problem = problemOf(error);
          if (problem !== undefined) return reply.header('connection', 'close').send(problem);
          count(meters.upstreamFailures, 'api:unreachable');
          reply.log.warn({ err: error }, 'the API elsewhere did not answer');
          reply.send(new ApiProblem(503, 'service_unavailable', 'The API cannot be reached at the moment.'));
        },
        rewriteRequestHeaders: (request, headers) => {
          const caller = callers.get(request.raw);
          return {
            ...passToApi(headers, request.method),
            'x-request-id': request.id,
            ...(caller === undefined
              ? {}
              : { authorization: `Bearer ${caller.token}`, 'x-tenant-id': caller.person.tenantId }),
          };
        },
        // What it sends is data: nothing of it runs or shows on our origin.
        rewriteHeaders: (headers) => ({
          ...passToCaller(headers),
          'content-security-policy': BARE_HEADERS['Content-Security-Policy'],
          ...(isEventStream(headers['content-type']) ? { 'x-accel-buffering': 'no' } : {}),
        }),
      },
    });
  });
};
