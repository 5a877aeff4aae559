import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { CloseCode, RpcCode } from '../../protocol/errors.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import { TokenRefused, type Tokens } from '../auth/tokens.ts';
import { closeAll } from '../http/close-all.ts';
import type { Origins } from '../http/origins.ts';
import { refuseBadHandshakes, refuseUpgrade } from '../http/refuse-upgrade.ts';
import { MAX_FRAME_PERSON_BYTES } from '../relay/relay.ts';
import { bridge } from './bridge.ts';
import { type Dialled, dial } from './dial.ts';

const RETRY_AFTER_MS = 5_000;

export type RelayProxyDeps = {
  sessions: Sessions;
  tokens: Tokens;
  origins: Origins;
  /** Where the relay is: our own on loopback, or the one in `RELAY_URL`. */
  upstream: () => URL;
  logger: Logger;
};

/** A browser sees no HTTP status of a refused upgrade, so the upstream's refusal becomes a close code that it can act on. */
const closeAsRefused = (browser: WebSocket, refusal: Dialled & { ok: false }): void => {
  switch (refusal.status) {
    case 401:
      return browser.close(CloseCode.signInRequired, 'the relay does not accept this sign-in');
    case 403:
      return browser.close(CloseCode.forbidden, 'the relay forbids this connection');
    case 429: {
      const data = { retryAfterMs: refusal.retryAfterMs ?? RETRY_AFTER_MS };
      const error = { code: RpcCode.limitReached, message: 'The relay is at its limit.', data };
      browser.send(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
      return browser.close(CloseCode.tooManyRequests, 'the relay is at its limit');
    }
    default:
      return browser.close(CloseCode.tryAgainLater, 'the relay cannot be reached');
  }
};

/**
 * `GET /relay?token=<ticket or JWT>`: lets a browser, which cannot set headers on a WebSocket, in to the relay. It alone
 * sees the token; the frames pass as they are.
 */
export const createRelayProxy = (deps: RelayProxyDeps) => {
  const { sessions, tokens, origins, logger } = deps;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: true,
    maxPayload: MAX_FRAME_PERSON_BYTES,
  });
  refuseBadHandshakes(server);

  /** A JWT has two dots, a ticket none; all that is wrong with either is answered alike. */
  const sessionOf = async (token: string): Promise<Session | undefined> => {
    if (!token.includes('.')) return sessions.takeTicket(token);
    try {
      return { token, person: await tokens.verify(token) };
    } catch (error) {
      if (error instanceof TokenRefused) return undefined;
      throw error;
    }
  };

  const join = async (browser: WebSocket, session: Session): Promise<void> => {
    browser.on('error', (error) => logger.debug({ err: error }, 'browser socket error'));
    browser.pause();
    const dialled = await dial(deps.upstream(), session.token, session.person.tenantId);
    if (!dialled.ok) {
      logger.warn({ status: dialled.status }, 'the upstream relay refused or did not answer');
      browser.resume();
      return closeAsRefused(browser, dialled);
    }
    if (browser.readyState !== browser.OPEN) return dialled.socket.terminate();
    bridge(browser, dialled.socket);
    dialled.socket.resume();
    browser.resume();
  };

  return {
    async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
      if (!origins.areAllowed(request.headers.origin, request.headers.host)) {
        return refuseUpgrade(socket, 403, 'forbidden', 'This origin may not connect.');
      }
      const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('token') ?? '';
      const session = token === '' ? undefined : await sessionOf(token);
      if (session === undefined) {
        return refuseUpgrade(socket, 401, 'unauthorized', 'The ticket or token is not valid.');
      }
      server.handleUpgrade(request, socket, head, (browser) => void join(browser, session));
    },
    close(): void {
      closeAll([...server.clients]);
    },
  };
};
