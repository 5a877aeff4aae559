import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { bearer, member } from '../../server/testing/people.ts';
import type { BuiltPage } from './page-build.ts';

export type PageServer = {
  address: string;
  /** Resolves once the last page that came is subscribed. */
  subscribed(): Promise<void>;
  stop(): Promise<void>;
};

/** Where the pages of the peers come from, with what the relay sends at /feed as it is: they get the same frames. */
export const servePage = async (page: BuiltPage, relayPort: number): Promise<PageServer> => {
  const token = await member();
  const server = createServer((request, response) => {
    const file = page.get(new URL(request.url ?? '/', 'http://bench').pathname);
    if (file === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': file.type }).end(file.body);
  });
  const feed = new WebSocketServer({ server, path: '/feed', perMessageDeflate: false });
  let subscribed = Promise.resolve();
  feed.on('connection', (browser, request) => {
    let isSubscribed = (): void => undefined;
    subscribed = new Promise((resolve) => {
      isSubscribed = resolve;
    });
    const incidentId = new URL(request.url ?? '/', 'http://bench').searchParams.get('incident');
    const relay = new WebSocket(`ws://127.0.0.1:${relayPort}/v1/connect`, {
      headers: bearer(token),
      perMessageDeflate: false,
    });
    relay.on('open', () => {
      const params = { incidentId, batch: true };
      relay.send(JSON.stringify({ jsonrpc: '2.0', id: 'subscribe', method: 'investigation.subscribe', params }));
    });
    relay.on('message', (data, isBinary) => {
      if (data.toString('latin1', 0, 60).includes('"subscribe"')) isSubscribed();
      // A page that does not keep up slows the relay down, as our own proxy does.
      relay.pause();
      browser.send(data, { binary: isBinary }, () => relay.resume());
    });
    relay.on('error', () => browser.close());
    browser.on('close', () => relay.close());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    subscribed: () => subscribed,
    async stop() {
      for (const client of feed.clients) client.terminate();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
