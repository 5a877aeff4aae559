import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { readPages } from './page-hints.ts';

/** What is never a page of the dashboard, however many slashes it begins with. */
const SERVER_PATHS = /^\/+(?:v1|auth|relay|lab|healthz|readyz|metrics|assets|docs)(?:[/?]|$)/;

/** The page, as it is or compressed. */
const INDEX = /^index\.html(?:\.\w+)?$/;

/** Chromium asks for it at each change of the address, which is each key in a filter. */
const ICON = /^icon[\w-]*\.svg(?:\.\w+)?$/;

const ASSET = /^assets[\\/]/;

/** What the build names by what is in it never changes. */
const cachingOf = (name: string): string => {
  if (ASSET.test(name)) return 'public, max-age=31536000, immutable';
  return ICON.test(name) ? 'public, max-age=86400' : 'no-cache';
};

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
      const name = relative(root, path);
      reply.header('cache-control', cachingOf(name));
      const hints = INDEX.test(name) ? hintsOf(reply.request.url) : undefined;
      if (hints !== undefined) reply.header('link', hints);
    },
  });
};
