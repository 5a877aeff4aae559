import { WebSocket } from 'ws';
import { readRetryAfter } from './retry-after.ts';

/** A page of events is far smaller; this bounds what a broken upstream can make us hold. */
const MAX_UPSTREAM_FRAME_BYTES = 16 * 1024 * 1024;

export type Dialled =
  | { ok: true; socket: WebSocket }
  /** `status` is the HTTP answer to the upgrade; 0 where there was none. */
  | { ok: false; status: number; retryAfterMs: number | null };

/** Where a relay is, and from which of our addresses it is called; undefined: from whichever the system takes. */
export type Upstream = { url: URL; from: string | undefined };

/** Opens the upstream side with these headers, which a browser cannot set. Never rejects. */
export const dial = ({ url, from }: Upstream, headers: Record<string, string>, handshakeMs: number): Promise<Dialled> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url, {
      headers,
      ...(from === undefined ? {} : { localAddress: from }),
      handshakeTimeout: handshakeMs,
      maxPayload: MAX_UPSTREAM_FRAME_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    socket.once('open', () => {
      // Held until the bridge listens: the relay speaks first.
      socket.pause();
      resolve({ ok: true, socket });
    });
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve({
        ok: false,
        status: response.statusCode ?? 0,
        retryAfterMs: readRetryAfter(response.headers['retry-after'], Date.now()),
      });
    });
    socket.on('error', () => resolve({ ok: false, status: 0, retryAfterMs: null }));
  });
