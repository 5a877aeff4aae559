import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { bearer, member } from '../../server/testing/people.ts';
import { attachFeed } from './feed.ts';
import type { Gate } from './gate.ts';
import type { BuiltPage } from './page-build.ts';

export type PageServer = {
  address: string;
  /** Resolves once the last page that came is subscribed. */
  subscribed(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Where the page of a peer comes from, and the `lines` that it asks for at /lines. What it asks of the API or of the relay
 * at /feed goes on to the product.
 */
export const servePage = async (
  page: BuiltPage,
  productPort: number,
  { gate, lines }: { gate?: Gate; lines?: () => Iterable<string> } = {},
): Promise<PageServer> => {
  const token = await member();
  const passOn = (request: IncomingMessage, response: ServerResponse): void => {
    const asked = { host: '127.0.0.1', port: productPort, path: request.url, headers: bearer(token) };
    const upstream = httpRequest(asked, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    upstream.end();
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bench');
    if (pathname.startsWith('/v1/')) return passOn(request, response);
    if (pathname === '/lines' && lines !== undefined) {
      response.writeHead(200, { 'content-type': 'text/plain' });
      return Readable.from(lines()).pipe(response);
    }
    const file = page.get(pathname);
    if (file === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': file.type, 'content-encoding': 'gzip' }).end(file.gzip);
  });
  const feed = attachFeed(server, productPort, token, gate);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    subscribed: feed.subscribed,
    async stop() {
      feed.stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
