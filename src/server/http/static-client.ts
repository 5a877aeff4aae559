import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { readPages } from './page-hints.ts';

/** What is never a page of the dashboard, however many slashes it begins with. */
const SERVER_PATHS = /^\/+(?:v1|auth|relay|lab|healthz|readyz|metrics|assets|docs)(?:[/?]|$)/;

/** The page, as it is or compressed. */
const INDEX = /[\\/]index\.html(?:\.\w+)?$/;

/**
 * Serves the built dashboard; every other address that a person may open is the same page. Each file is an address of
 * its own, found at the start: no request names a path on the disk.
 */
export const serveClient = async (app: FastifyInstance, root: string): Promise<void> => {
  const isBuilt = existsSync(join(root, 'index.html'));
  app.setNotFoundHandler((request, reply) => {
    const isPage = isBuilt && request.method === 'GET' && !SERVER_PATHS.test(request.url);
    return isPage
      ? reply.sendFile('index.html')
      : reply.status(404).send({ error: 'route_not_found', message: 'There is no such address.' });
  });
  if (!isBuilt) return;
  const hintsOf = readPages(root);
  await app.register(fastifyStatic, {
    root,
    index: 'index.html',
    wildcard: false,
    // The build puts a compressed file beside each one.
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
      const hints = INDEX.test(path) ? hintsOf(reply.request.url) : undefined;
      if (hints !== undefined) reply.header('link', hints);
    },
  });
};
