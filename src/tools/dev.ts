import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import middie from '@fastify/middie';
import type { FastifyInstance } from 'fastify';
import { createServer } from 'vite';
import { main } from '../server/main.ts';
import { ROOT } from './root.ts';

/** What the server answers itself; all else is the dashboard's and goes to Vite. */
const SERVER_PATHS = /^\/(?:v1|auth|relay|lab|healthz|readyz|metrics)(?:[/?]|$)/;

const attachClient = async (app: FastifyInstance): Promise<void> => {
  const vite = await createServer({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    appType: 'spa',
    // A path of its own keeps the socket for reloading clear of the relay's sockets on the same port.
    server: {
      middlewareMode: true,
      hmr: { server: app.server, path: '/@vite/hmr' },
      // What the server writes while it runs must not reload the page.
      watch: { ignored: ['**/dist/**', '**/.data/**', '**/test-results/**'] },
    },
  });
  app.addHook('onClose', () => vite.close());
  await app.register(middie);
  app.use((request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => {
    if (SERVER_PATHS.test(request.url ?? '/')) {
      next();
      return;
    }
    // Vite puts inline scripts and styles into the page while developing, which the server's policy forbids.
    response.removeHeader('content-security-policy');
    vite.middlewares(request, response, next);
  });
};

await main({ attachClient });
