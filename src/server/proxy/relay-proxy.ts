import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { CloseCode, RpcCode } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import type { Refusals } from '../audit/refusals.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import { TokenRefused, type Tokens } from '../auth/tokens.ts';
import { closeAll } from '../http/close-all.ts';
import type { Origins } from '../http/origins.ts';
import { nameUpgrades, openWebSocket, refuseBadHandshakes, refuseUpgrade } from '../http/refuse-upgrade.ts';
import { requestIdOf } from '../http/request-id.ts';
import { count, failureLabel, type Meters } from '../metrics/meters.ts';
import { createCounts, type LimitName } from '../relay/limits.ts';
import type { ReaderShare } from '../relay/share.ts';
import { bridge } from './bridge.ts';
import { type Dialled, dial, type Upstream } from './dial.ts';
import { endWhenSilent } from './half-open.ts';
import type { Interception } from './interception.ts';
import type { ProxyLimits } from './limits.ts';
import { interceptNotifications } from './notifications.ts';
import { createSide, type Side } from './side.ts';
import { createTokenRenewal } from './token-renewal.ts';

const RETRY_AFTER_MS = 5_000;

export type RelayProxyDeps = {
  sessions: Sessions;
  tokens: Tokens;
  origins: Origins;
  /** Our own relay as this process reaches it, or the one in `RELAY_URL`. */
  upstream: () => Upstream;
  /** The API beside a relay elsewhere, whose notifications may have to be fetched from it; null beside our own. */
  apiUrl: URL | null;
  /** null beside a relay elsewhere, which keeps its own record. */
  refusals: Refusals | null;
  limits: ProxyLimits;
  logger: Logger;
  /** The most that one frame of a browser may have. */
  maxFrameBytes: number;
  /** Where a client is, also behind a proxy. */
  clientOf: (request: IncomingMessage) => string;
  /** How many may be joined at a time to a relay elsewhere; our own counts them itself, and those without a proxy. */
  connections: { perTenant: number; perAddress: number };
  onLimit: (name: LimitName) => void;
  meters: Meters;
  /** The memory that all joined sides may take up. */
  share: ReaderShare;
};

/** A close has no room for the time after which to come back, so an error goes before it. */
const sayWhen = (browser: WebSocket, message: string, retryAfterMs: number): void => {
  const error = { code: RpcCode.limitReached, message, data: { retryAfterMs } };
  browser.send(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
};

/** As the relay itself would refuse one too many. */
const NO_ROOM = { ok: false, status: 429, retryAfterMs: null } as const;

/** A browser sees no HTTP status of a refused upgrade, so the upstream's refusal becomes a close code that it can act on. */
const closeAsRefused = (browser: WebSocket, refusal: Dialled & { ok: false }): void => {
  switch (refusal.status) {
    case 401:
      return browser.close(CloseCode.signInRequired, 'the relay does not accept this sign-in');
    case 403:
      return browser.close(CloseCode.forbidden, 'the relay forbids this connection');
    case 429:
      sayWhen(browser, 'The relay is at its limit.', refusal.retryAfterMs ?? RETRY_AFTER_MS);
      return browser.close(CloseCode.tooManyRequests, 'the relay is at its limit');
    default:
      if (refusal.retryAfterMs !== null) sayWhen(browser, 'The relay is not available.', refusal.retryAfterMs);
      return browser.close(CloseCode.tryAgainLater, 'the relay cannot be reached');
  }
};

/**
 * `GET /relay?token=<ticket or JWT>`: lets a browser, which cannot set headers on a WebSocket, in to the relay. It alone
 * sees the token; the frames pass as they are.
 */
export const createRelayProxy = (deps: RelayProxyDeps) => {
  const { sessions, tokens, origins, limits, meters } = deps;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: true,
    maxPayload: deps.maxFrameBytes,
  });
  refuseBadHandshakes(server);
  nameUpgrades(server);

  /** A JWT has two dots, a ticket none; all that is wrong with either is answered alike. */
  const sessionOf = async (token: string): Promise<Session | undefined> => {
    if (!token.includes('.')) return sessions.takeTicket(token);
    try {
      return { id: null, token, person: await tokens.verify(token) };
    } catch (error) {
      if (error instanceof TokenRefused) return undefined;
      throw error;
    }
  };

  /** A browser that came with a session goes with it. */
  const watch = async (browser: WebSocket, id: string): Promise<void> => {
    const signOut = (): void => void closeAll([browser], CloseCode.signInRequired, 'signed out');
    browser.on('close', sessions.onEnd(id, signOut));
    // It may have ended while the ticket was looked at.
    if (!(await sessions.isLive(id))) signOut();
  };

  /** Whose token or ticket was refused here goes on that tenant's record; the answer is not kept waiting for it. */
  const putOnRecord = async (token: string, reason: 'origin' | 'ticket'): Promise<void> => {
    const isTicket = !token.includes('.');
    if (token === '' || (reason === 'ticket' && !isTicket)) return;
    const holder = isTicket ? await sessions.holderOf(token) : await tokens.verify(token).catch(() => undefined);
    if (holder !== undefined) deps.refusals?.record(holder, { what: 'GET /relay', reason });
  };
  const refused = (token: string, reason: 'origin' | 'ticket'): void => {
    if (deps.refusals === null) return;
    putOnRecord(token, reason).catch((error: unknown) =>
      deps.logger.warn({ err: error }, 'a refusal was not recorded'),
    );
  };

  /** What is not passed on as it comes: the session's new tokens, and notifications that the relay does not know. */
  const intercept = (browser: Side, upstream: Side, session: Session, logger: Logger): Interception => {
    let current = session;
    const renewal = createTokenRenewal(upstream, logger);
    if (session.id !== null) {
      const leave = sessions.onRenewal(session.id, (renewed) => {
        current = renewed;
        renewal.renew(renewed.token);
      });
      browser.socket.on('close', leave);
    }
    const { apiUrl } = deps;
    if (apiUrl === null) return { fromBrowser: () => undefined, fromUpstream: renewal.fromUpstream };
    const notifications = interceptNotifications({
      browser,
      session: () => current,
      apiUrl,
      logger,
      meters,
    });
    return {
      fromBrowser: notifications.fromBrowser,
      fromUpstream: (text) => {
        notifications.fromUpstream(text);
        return renewal.fromUpstream(text);
      },
    };
  };

  const rooms = {
    tenant_connections: createCounts(deps.connections.perTenant),
    address_connections: createCounts(deps.connections.perAddress),
  };
  type Room = keyof typeof rooms;

  const hasRoom = (room: Room, name: string): boolean => {
    const isFull = deps.apiUrl !== null && rooms[room].isFull(name);
    if (isFull) deps.onLimit(room);
    return !isFull;
  };

  /** Counts one more, until what it adds to `leaving` is called; false where there is no room for it. */
  const takesIn = (room: Room, name: string, leaving: (() => void)[]): boolean => {
    if (!hasRoom(room, name)) return false;
    leaving.push(rooms[room].add(name));
    return true;
  };

  const join = async (
    browser: WebSocket,
    session: Session,
    request: IncomingMessage,
    logger: Logger,
    leaving: (() => void)[],
  ): Promise<void> => {
    browser.pause();
    const { apiUrl } = deps;
    const headers = {
      Authorization: `Bearer ${session.token}`,
      'X-Tenant-Id': session.person.tenantId,
      'X-Request-Id': requestIdOf(request),
      // Our own relay counts by address, and all who come through here would have the same one.
      ...(apiUrl === null ? { 'X-Forwarded-For': deps.clientOf(request) } : {}),
    };
    const dialled = await dial(deps.upstream(), headers, limits.handshakeMs);
    if (!dialled.ok) {
      count(meters.upstreamFailures, `relay:${failureLabel(dialled.status)}`);
      logger.warn({ status: dialled.status }, 'the upstream relay refused or did not answer');
      browser.resume();
      return closeAsRefused(browser, dialled);
    }
    const isHere = browser.readyState === browser.OPEN;
    // Only now that the relay has accepted the token: one that is made up must not fill the room of the tenant in it.
    if (!isHere || !takesIn('tenant_connections', session.person.tenantId, leaving)) {
      browser.resume();
      if (isHere) closeAsRefused(browser, NO_ROOM);
      return dialled.socket.terminate();
    }
    const side = createSide(browser, deps.share);
    const upstream = createSide(dialled.socket, deps.share);
    bridge(side, upstream, intercept(side, upstream, session, logger));
    for (const socket of [browser, dialled.socket]) endWhenSilent(socket, limits);
    dialled.socket.resume();
    browser.resume();
  };

  return {
    async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
      const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('token') ?? '';
      if (!origins.areAllowed(request.headers.origin, request.headers.host)) {
        refused(token, 'origin');
        return refuseUpgrade(socket, 403, 'forbidden', 'This origin may not connect.');
      }
      const session = token === '' ? undefined : await sessionOf(token);
      if (session === undefined) {
        refused(token, 'ticket');
        meters.ticketsRefused += 1;
        return refuseUpgrade(socket, 401, 'unauthorized', 'The ticket or token is not valid.');
      }
      meters.ticketsUsed += 1;
      openWebSocket(server, [request, socket, head], (browser) => {
        const { tenantId, userId } = session.person;
        const names = { connectionId: newId('conn'), requestId: requestIdOf(request), tenantId, userId };
        const logger = deps.logger.child({ proxy: true, ...names });
        logger.info('browser connected');
        browser.on('error', (error: Error & { code?: string }) => {
          if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') deps.onLimit('message_size');
          logger.debug({ err: error }, 'browser socket error');
        });
        const leaving: (() => void)[] = [];
        browser.on('close', (code) => {
          for (const leave of leaving) leave();
          logger.info({ code }, 'browser disconnected');
        });
        const hasPlace =
          takesIn('address_connections', deps.clientOf(request), leaving) && hasRoom('tenant_connections', tenantId);
        if (!hasPlace) return closeAsRefused(browser, NO_ROOM);
        const failed = (error: unknown): void => {
          logger.error({ err: error }, 'a browser was not joined');
          browser.close(CloseCode.internalError, 'internal error');
        };
        if (session.id !== null) watch(browser, session.id).catch(failed);
        join(browser, session, request, logger, leaving).catch(failed);
      });
    },
    browsers: (): number => server.clients.size,
    /** What browsers have not taken yet. */
    waitingBytes: (): number => [...server.clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0),
    /** Resolves when all connections have ended. */
    close: (): Promise<void> => closeAll([...server.clients]),
  };
};
