import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Sends `/v1/*` to the API in `API_URL` with the caller's token in place of the session cookie. */
export const proxyApi = async (
  app: FastifyInstance,
  options: { apiUrl: URL; tokenOf: (request: FastifyRequest) => Promise<string> },
): Promise<void> => {
  const base = options.apiUrl.pathname.replace(/\/$/, '');
  await app.register(httpProxy, {
    upstream: options.apiUrl.origin,
    prefix: '/v1',
    rewritePrefix: `${base}/v1`,
    preHandler: async (request) => {
      request.headers.authorization = `Bearer ${await options.tokenOf(request)}`;
    },
    replyOptions: {
      rewriteRequestHeaders: (_request, { cookie: _, ...headers }) => headers,
    },
  });
};
