import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import type { ApiErrorCode } from '../../protocol/errors.ts';

/** What a browser is told with every answer that Fastify does not write. */
const BARE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Answers an upgrade, or what is no request at all, with plain HTTP: `{error, message}` and the connection's end. */
export const refuseUpgrade = (
  socket: Duplex,
  status: number,
  error: ApiErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const body = JSON.stringify({ error, message });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      ...Object.entries({ ...BARE_HEADERS, ...headers }).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );
};

/** What asks for no WebSocket that we speak is refused in the same words as everything else. */
export const refuseBadHandshakes = (server: WebSocketServer): void => {
  server.on('wsClientError', (error, socket, request) => {
    if (request.headers['sec-websocket-version'] === '13')
      refuseUpgrade(socket, 400, 'validation_error', error.message);
    else refuseUpgrade(socket, 426, 'upgrade_required', 'This address speaks WebSocket, version 13.');
  });
};
