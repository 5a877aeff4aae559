import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * What tells a browser to trust as little as it can, on every answer: own scripts, styles and connections only and
 * nothing inline, no frames around us, no address of ours to others. Nothing is kept in a cache but what says so itself.
 */
export const protectAnswers = async (app: FastifyInstance): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
      },
    },
    // Whether a domain speaks TLS only is for the proxy to say that ends it.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
};
