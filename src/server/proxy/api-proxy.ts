import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import type { Session } from '../auth/sessions.ts';

/** Sends `/v1/*` to the API in `API_URL` with the caller's token in place of the session cookie. */
export const proxyApi = async (
  app: FastifyInstance,
  options: { apiUrl: URL; sessionOf: (request: FastifyRequest) => Promise<Session> },
): Promise<void> => {
  const base = options.apiUrl.pathname.replace(/\/$/, '');
  await app.register(async (scope) => {
    // Bodies pass as they come, whatever they are.
    scope.removeAllContentTypeParsers();
    await scope.register(httpProxy, {
      upstream: options.apiUrl.origin,
      prefix: '/v1',
      rewritePrefix: `${base}/v1`,
      preHandler: async (request) => {
        const { token, person } = await options.sessionOf(request);
        request.headers.authorization = `Bearer ${token}`;
        request.headers['x-tenant-id'] = person.tenantId;
      },
      replyOptions: {
        onError: (reply, { error }) => {
          reply.log.warn({ err: error }, 'the API elsewhere did not answer');
          reply.send(new ApiProblem(503, 'service_unavailable', 'The API cannot be reached at the moment.'));
        },
        rewriteRequestHeaders: (_request, { cookie: _, ...headers }) => headers,
      },
    });
  });
};
