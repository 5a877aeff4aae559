import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { ApiErrorCode } from '../../protocol/errors.ts';
import { requestIdOf } from './request-id.ts';
import { BARE_HEADERS } from './security-headers.ts';

type Attempt = { requestId: string; onRefused: (status: number, error: ApiErrorCode) => void };

const attempts = new WeakMap<Duplex, Attempt>();

/** From here on a refusal on this socket names the request, and is told. */
export const beginUpgrade = (socket: Duplex, request: IncomingMessage, onRefused: Attempt['onRefused']): void => {
  attempts.set(socket, { requestId: requestIdOf(request), onRefused });
};

/** Answers an upgrade, or what is no request at all, with plain HTTP: `{error, message}` and the connection's end. */
export const refuseUpgrade = (
  socket: Duplex,
  status: number,
  error: ApiErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const body = JSON.stringify({ error, message });
  const attempt = attempts.get(socket);
  attempt?.onRefused(status, error);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      ...(attempt === undefined ? [] : [`X-Request-Id: ${attempt.requestId}`]),
      ...Object.entries({ ...BARE_HEADERS, ...headers }).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );
};

/** The only version there is (RFC 6455 §4.1); a refusal of another names it (§4.4). */
const VERSION = '13';

/** What asks for no WebSocket that we speak is refused in the same words as everything else. */
export const refuseBadHandshakes = (server: WebSocketServer): void => {
  server.on('wsClientError', (error, socket) => refuseUpgrade(socket, 400, 'validation_error', error.message));
};

/** Opens the WebSocket, or refuses a handshake that asks for none, or for another version. */
export const openWebSocket = (
  server: WebSocketServer,
  [request, socket, head]: readonly [IncomingMessage, Duplex, Buffer],
  onOpen: (webSocket: WebSocket) => void,
): void => {
  const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
  if (isWebSocket && request.headers['sec-websocket-version'] === VERSION) {
    return server.handleUpgrade(request, socket, head, onOpen);
  }
  refuseUpgrade(socket, 426, 'upgrade_required', `This address speaks WebSocket, version ${VERSION}.`, {
    'Sec-WebSocket-Version': VERSION,
  });
};

/** Sends the request's id back with the upgrade. */
export const nameUpgrades = (server: WebSocketServer): void => {
  server.on('headers', (headers, request) => headers.push(`X-Request-Id: ${requestIdOf(request)}`));
};
