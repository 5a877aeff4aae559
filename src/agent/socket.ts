import { WebSocket } from 'ws';
import type { SocketEnd } from './after-close.ts';

/** 512 events in one batch, most of them far below the megabyte that each may have. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const CLOSE_WITHIN_MS = 1_000;

export type Socket = {
  send: (text: string) => void;
  close: () => void;
  /** Ends a socket that no longer answers, without waiting for the other side. */
  terminate: () => void;
};

export type SocketOptions = {
  url: string;
  apiKey: string;
  onText: (text: string) => void;
  onEnd: (
    end: Omit<Extract<SocketEnd, { kind: 'closed' }>, 'lastError'> | Extract<SocketEnd, { kind: 'refused' }>,
  ) => void;
};

const retryAfterMs = (header: string | undefined): number | undefined => {
  const seconds = Number(header);
  return header === undefined || !Number.isFinite(seconds) ? undefined : seconds * 1000;
};

/** One WebSocket with the key in its header; `onEnd` is called exactly once, however it ends. */
export const openSocket = ({ url, apiKey, onText, onEnd }: SocketOptions): Socket => {
  const socket = new WebSocket(url, {
    headers: { 'X-API-Key': apiKey },
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  let ended = false;
  const end: SocketOptions['onEnd'] = (how) => {
    if (ended) return;
    ended = true;
    onEnd(how);
  };
  socket.on('message', (data, isBinary) => {
    if (!isBinary && !ended) onText(data.toString());
  });
  socket.on('unexpected-response', (request, response) => {
    const status = response.statusCode ?? 0;
    end({ kind: 'refused', status, retryAfterMs: retryAfterMs(response.headers['retry-after']) });
    request.destroy();
  });
  // Every error is followed by 'close', which says what to do.
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => end({ kind: 'closed', code, reason: reason.toString() }));
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => {
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS).unref();
    },
    terminate: () => socket.terminate(),
  };
};
