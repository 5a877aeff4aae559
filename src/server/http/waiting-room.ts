import { createServer } from 'node:http';
import { requestIdOf } from './request-id.ts';

const BODIES = {
  alive: { status: 'ok' },
  notReady: { status: 'unavailable', reason: 'rebuilding' },
  comeBack: { error: 'service_unavailable', message: 'The server is starting.' },
} as const;

const bodyOf = (path: string): keyof typeof BODIES =>
  path === '/healthz' ? 'alive' : path === '/readyz' ? 'notReady' : 'comeBack';

/**
 * Answers in the server's place while the log is opened and read: it lives, and it is not ready. Rejects with the
 * system's error where it may not listen. `leave` frees the port for the server itself.
 */
export const openWaitingRoom = async (
  host: string,
  port: number,
): Promise<{ port: number; leave(): Promise<void> }> => {
  const server = createServer((request, response) => {
    const name = bodyOf((request.url ?? '').split('?', 1)[0] ?? '');
    response
      .writeHead(name === 'alive' ? 200 : 503, {
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'retry-after': '1',
        'x-request-id': requestIdOf(request),
        // The next request is for the server itself.
        connection: 'close',
      })
      .end(JSON.stringify(BODIES[name]));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    leave: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
