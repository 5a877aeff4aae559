import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import { count, type Meters } from '../metrics/meters.ts';
import type { ProxyLimits } from './limits.ts';

/** The query as it came, but for the token of an EventSource: it is in a header now, and in nobody's log of addresses. */
const queryWithoutToken = (_search: string | undefined, url: string): string =>
  url
    .slice(url.indexOf('?') + 1 || url.length)
    .split('&')
    .filter((part) => !new URLSearchParams(part).has('token'))
    .join('&');

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
    limits: Pick<ProxyLimits, 'apiAnswerMs' | 'apiPauseMs'>;
    meters: Meters;
  },
): Promise<void> => {
  const base = options.apiUrl.pathname.replace(/\/$/, '');
  await app.register(async (scope) => {
    // Bodies pass as they come, whatever they are.
    scope.removeAllContentTypeParsers();
    await scope.register(httpProxy, {
      upstream: options.apiUrl.origin,
      prefix: '/v1',
      rewritePrefix: `${base}/v1`,
      // Its refusals are the caller's to see: by itself the package asks up to ten times again after a 503.
      retryMethods: [],
      undici: { headersTimeout: options.limits.apiAnswerMs, bodyTimeout: options.limits.apiPauseMs },
      // It would log the address that it asks, with what is in the query.
      disableRequestLogging: true,
      preHandler: async (request, reply) => {
        const { id, token, person } = await options.sessionOf(request);
        if (id !== null) {
          const leave = options.sessions.onEnd(id, () => reply.raw.destroy());
          reply.raw.once('close', leave);
        }
        request.headers.authorization = `Bearer ${token}`;
        request.headers['x-tenant-id'] = person.tenantId;
        request.headers['x-request-id'] = request.id;
      },
      replyOptions: {
        queryString: queryWithoutToken,
        onError: (reply, { error }) => {
          count(options.meters.upstreamFailures, 'api:unreachable');
          reply.log.warn({ err: error }, 'the API elsewhere did not answer');
          reply.send(new ApiProblem(503, 'service_unavailable', 'The API cannot be reached at the moment.'));
        },
        rewriteRequestHeaders: (_request, { cookie: _, ...headers }) => headers,
      },
    });
  });
};
