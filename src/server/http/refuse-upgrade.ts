import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiErrorCode } from '../../protocol/errors.ts';

/** Answers an upgrade with plain HTTP: `{error, message}` and the connection's end. */
export const refuseUpgrade = (socket: Duplex, status: number, error: ApiErrorCode, message: string): void => {
  const body = JSON.stringify({ error, message });
  socket.on('error', () => undefined);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};
