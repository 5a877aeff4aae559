import { createServer, type IncomingMessage, type Server } from 'node:http';

export type Reply = { status?: number; body: unknown } | { status?: number; text: string };
export type Handler = (request: { query: URLSearchParams; body: unknown }) => Reply | Promise<Reply>;
/** By "METHOD /path". */
export type Routes = Readonly<Record<string, Handler>>;

const MAX_BODY_BYTES = 256 * 1024;

/** A body is read as JSON; one that is none, or too large, is refused before any handler sees it. */
const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part: Buffer = chunk;
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(part);
  }
  return bytes === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
};

export type ServeOptions = {
  routes: Routes;
  /** What paths under /admin ask for in `x-lab-token`: a page in somebody's browser can reach loopback, too. */
  token: string;
  onRequest?: (route: string, status: number, durationMs: number, request: IncomingMessage) => void;
};

const answer = async (request: IncomingMessage, route: string, url: URL, options: ServeOptions): Promise<Reply> => {
  const handler = Object.hasOwn(options.routes, route) ? options.routes[route] : undefined;
  if (handler === undefined) return { status: 404, body: { error: 'not_found' } };
  if (url.pathname.startsWith('/admin/') && request.headers['x-lab-token'] !== options.token) {
    return { status: 403, body: { error: 'forbidden' } };
  }
  try {
    return await handler({ query: url.searchParams, body: await readBody(request) });
  } catch (error) {
    return { status: 422, body: { error: error instanceof Error ? error.message : String(error) } };
  }
};

/** Serves the routes on loopback at a port that the system picks, and resolves to its address. */
export const serve = async (options: ServeOptions): Promise<{ server: Server; url: string }> => {
  const server = createServer((request, response) => {
    const began = performance.now();
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = `${request.method ?? 'GET'} ${url.pathname}`;
    void answer(request, route, url, options).then((reply) => {
      const isText = 'text' in reply;
      response.writeHead(reply.status ?? 200, { 'content-type': isText ? 'text/plain' : 'application/json' });
      response.end(isText ? reply.text : JSON.stringify(reply.body));
      options.onRequest?.(route, reply.status ?? 200, performance.now() - began, request);
    });
  });
  // Longer than any pause between two calls: a kept connection that closes under a request is an error for nothing.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return { server, url: `http://127.0.0.1:${address.port}` };
};
