import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';

export type Reply = { status?: number; body: unknown } | { status?: number; text: string };
export type Incoming = { query: URLSearchParams; body: unknown; headers: IncomingMessage['headers'] };
export type Handler = (request: Incoming) => Reply | Promise<Reply>;
/** By "METHOD /path". */
export type Routes = Readonly<Record<string, Handler>>;

const MAX_BODY_BYTES = 256 * 1024;

/** What a handler answers by throwing it. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

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
  /** What every path but those in `open` asks for in `x-lab-token`: a page in somebody's browser reaches loopback, too. */
  tokens: readonly string[];
  /** Where a token of its own is asked for, by path. */
  only?: Readonly<Record<string, string>>;
  onRequest?: (path: string, status: number, durationMs: number) => void;
};

const answer = async (request: IncomingMessage, url: URL, options: ServeOptions): Promise<Reply> => {
  const route = `${request.method ?? 'GET'} ${url.pathname}`;
  const handler = Object.hasOwn(options.routes, route) ? options.routes[route] : undefined;
  if (handler === undefined) return { status: 404, body: { error: 'not_found' } };
  const own = options.only?.[url.pathname];
  const tokens = own === undefined ? options.tokens : [own];
  if (!tokens.includes(String(request.headers['x-lab-token']))) return { status: 403, body: { error: 'forbidden' } };
  try {
    return await handler({ query: url.searchParams, body: await readBody(request), headers: request.headers });
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body };
    return { status: 422, body: { error: error instanceof Error ? error.message : String(error) } };
  }
};

/** Answers requests by the routes. */
export const listenerOf =
  (options: ServeOptions): RequestListener =>
  (request, response) => {
    const began = performance.now();
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    void answer(request, url, options).then((reply) => {
      const isText = 'text' in reply;
      response.writeHead(reply.status ?? 200, { 'content-type': isText ? 'text/plain' : 'application/json' });
      response.end(isText ? reply.text : JSON.stringify(reply.body));
      options.onRequest?.(url.pathname, reply.status ?? 200, performance.now() - began);
    });
  };

/** Listens on loopback at a port that the system picks, and resolves to the port. */
export const listen = (server: Pick<Server, 'listen' | 'once' | 'address'>): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the server has no port'));
    });
  });

/** Serves the routes on loopback and resolves to the address. */
export const serve = async (options: ServeOptions): Promise<{ server: Server; url: string }> => {
  const server = createServer(listenerOf(options));
  // Longer than any pause between two calls: a kept connection that closes under a request is an error for nothing.
  server.keepAliveTimeout = 600_000;
  return { server, url: `http://127.0.0.1:${await listen(server)}` };
};
