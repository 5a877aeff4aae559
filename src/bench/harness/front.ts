import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { Gate } from './gate.ts';

/** The product behind a gate: everything goes on to it as it is, as through a proxy, and its relay's frames through the gate. */
export const standInFront = async (port: number, gate: Gate): Promise<{ address: string; stop(): Promise<void> }> => {
  const origin = `http://127.0.0.1:${port}`;
  const server = createServer((request, response) => {
    const { host: _, origin: asked, ...headers } = request.headers;
    const own = asked === undefined ? headers : { ...headers, origin };
    const options = { host: '127.0.0.1', port, method: request.method, path: request.url, headers: own };
    const upstream = httpRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    request.pipe(upstream);
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (browser, request) => {
    const relay = new WebSocket(`ws://127.0.0.1:${port}${request.url}`, {
      headers: { origin, cookie: request.headers.cookie ?? '' },
      perMessageDeflate: false,
    });
    const early: string[] = [];
    browser.on('message', (data) => {
      if (relay.readyState === WebSocket.OPEN) relay.send(data.toString());
      else early.push(data.toString());
    });
    relay.on('open', () => {
      for (const text of early) relay.send(text);
    });
    relay.on('message', (data) => {
      gate.pass(data.toString(), (text) => browser.send(text));
    });
    relay.on('error', () => browser.close());
    relay.on('close', () => browser.close());
    browser.on('close', () => relay.close());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    address: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    async stop() {
      for (const client of sockets.clients) client.terminate();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
