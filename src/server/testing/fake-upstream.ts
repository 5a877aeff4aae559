import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export type ApiCall = { method: string; url: string; headers: Record<string, unknown>; body: string };

/** How the relay elsewhere meets the next connection: it opens it, refuses it, or breaks it off without an answer. */
export type Welcome = 'open' | 'break' | { status: number; headers?: Record<string, string> };

/** A relay and an API elsewhere, which keep what reached them and do as they are told. */
export const startFakeUpstream = async () => {
  const upgrades: IncomingMessage[] = [];
  const sockets: WebSocket[] = [];
  const calls: ApiCall[] = [];
  const waiting: ((socket: WebSocket) => void)[] = [];
  const streams: ServerResponse[] = [];
  let streamStatus: number | null = null;
  let welcome: Welcome = 'open';
  let answer: { status: number; headers?: Record<string, string>; body: string } = { status: 200, body: '{"ok":true}' };

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      calls.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      if (streamStatus !== null && request.url?.endsWith('/v1/notifications/stream') === true) {
        response.writeHead(streamStatus, { 'content-type': 'text/event-stream' }).flushHeaders();
        if (streamStatus === 200) streams.push(response);
        else response.end();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    });
  });
  const relay = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrades.push(request);
    if (welcome === 'break') return socket.destroy();
    if (welcome !== 'open') {
      const headers = Object.entries({ 'content-length': '0', connection: 'close', ...welcome.headers });
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      return socket.end(`HTTP/1.1 ${welcome.status} Refused\r\n${lines}\r\n`);
    }
    relay.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => undefined);
      const taker = waiting.shift();
      if (taker === undefined) sockets.push(webSocket);
      else taker(webSocket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    relayUrl: `ws://127.0.0.1:${port}/v1/connect`,
    apiUrl: `http://127.0.0.1:${port}/base`,
    upgrades,
    calls,
    welcomeWith(next: Welcome): void {
      welcome = next;
    },
    answerWith(next: typeof answer): void {
      answer = next;
    },
    /** The streams of notifications that were opened, oldest first; from now on those asked for get this status. */
    streams,
    streamWith(status: number): void {
      streamStatus = status;
    },
    /** The relay's side of the next connection that is not yet taken. */
    nextSocket: (): Promise<WebSocket> => {
      const here = sockets.shift();
      return here === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(here);
    },
    async stop(): Promise<void> {
      for (const client of relay.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type FakeUpstream = Awaited<ReturnType<typeof startFakeUpstream>>;
