import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { CAPABILITIES } from '../../protocol/connection.ts';
import { CloseCode, RpcCode } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import { encodeNotification } from '../../protocol/json-rpc.ts';
import type { Principal } from '../auth/principal.ts';
import { closeLabel, count } from '../metrics/meters.ts';
import { createCalls, RETRY_AFTER_MS } from './calls.ts';
import { takeIn } from './intake.ts';
import { createRateLimit } from './limits.ts';
import type { MethodContext } from './methods.ts';
import type { Presence } from './presence.ts';
import type { RelayDeps } from './relay.ts';
import { createSink, webSocketOutlet } from './sink.ts';
import type { ConnectionStats } from './stats.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createTenantFeeds } from './tenant-feeds.ts';

/** A reader that takes nothing for this long is told to come back later. */
const STALLED_MS = 30_000;
/** How far a client may be ahead of its rate of calls: a page that opens asks for much at once. */
const CALL_BURST_SECONDS = 2;

/** How ws names a frame above its limit, which it closes 1009 by itself. */
const TOO_LARGE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** `publishRate` answers 0, or after how many milliseconds the key may publish again. */
type ConnectionDeps = RelayDeps & {
  presence: Presence;
  publishRate: { take(keyId: string): number };
};

const nameOf = (principal: Principal): Record<string, string> =>
  principal.kind === 'person' ? { userId: principal.userId } : { keyId: principal.keyId };

/** Every line about the connection names it. */
const loggerOf = (logger: Logger, requestId: string, connectionId: string, principal: Principal): Logger =>
  logger.child({ connectionId, requestId, tenantId: principal.tenantId, ...nameOf(principal) });

export type Connection = {
  principal: Principal;
  /** Looks at the clocks: token, heartbeat, slow reader. */
  check(): void;
  close(code: CloseCode, reason: string): void;
  /** Ends the connection without waiting for the other side. */
  terminate(): void;
  isTakingDispatches(): boolean;
  once(event: 'close', listener: () => void): unknown;
  stats(): ConnectionStats;
};

/** One client on the relay. Everything that goes out on the socket goes out here. */
export const createConnection = (
  socket: WebSocket,
  principal: Principal,
  deps: ConnectionDeps,
  /** The request that became the connection, and what it came on. */
  { requestId, stream }: { requestId: string; stream: Duplex },
): Connection => {
  const { now, elapsed, limits, meters } = deps;
  const connectionId = newId('conn');
  /** Made for what is logged: nearly all connections are still nearly all of the time. */
  const logger = (): Logger => loggerOf(deps.logger, requestId, connectionId, principal);
  const { tenantId } = principal;
  const sink = createSink(webSocketOutlet(socket, stream), elapsed, deps.share);
  const callRate = createRateLimit(limits.callsPerSecond, CALL_BURST_SECONDS, elapsed);
  /** On the clock that is never set: what is left of a token is known from the time at which it was verified. */
  const deadlineOf = (expiresAt: number): number => elapsed() + expiresAt - now();
  let endsAt = principal.kind === 'person' ? deadlineOf(principal.expiresAt) : Number.POSITIVE_INFINITY;
  let heardAt = elapsed();

  const close = (code: CloseCode, reason: string): void => socket.close(code, reason);

  const fail = (error: unknown): void => {
    logger().error({ err: error }, 'a feed failed');
    close(CloseCode.internalError, 'internal error');
  };

  const subscriptions = createSubscriptions({
    log: deps.log,
    hub: deps.hub,
    sink,
    meters,
    tenantId,
    most: limits.subscriptionsPerConnection,
    onLimit: () => deps.onLimit('subscriptions'),
    watch: (incidentId) =>
      principal.kind === 'person' ? deps.presence.watch(principal, incidentId, sink) : () => undefined,
    onEnd: (ended) => tenantFeeds.takeBack(ended),
    onFailure: fail,
  });
  const tenantFeeds = createTenantFeeds({
    log: deps.log,
    hub: deps.hub,
    records: deps.records,
    sink,
    meters,
    tenantId,
    feedWith: subscriptions.feedWith,
    onFailure: fail,
  });
  const context: MethodContext = {
    principal,
    records: deps.records,
    publisher: deps.publisher,
    tokens: deps.tokens,
    subscriptions,
    tenantFeeds,
    caughtUp: deps.log.caughtUp,
    focus: (incidentId, remediationId) =>
      principal.kind === 'person' && deps.presence.focus(principal, incidentId, sink, remediationId),
    openRpc: deps.openRpc,
    mayPublishInMs(keyId, batch) {
      if (batch.waitMs === 0) batch.waitMs = deps.publishRate.take(keyId);
      if (batch.waitMs > 0) deps.onLimit('publish_rate');
      return batch.waitMs;
    },
    mayCallInMs() {
      const waitMs = callRate.take(connectionId);
      if (waitMs > 0) deps.onLimit('call_rate');
      return waitMs;
    },
    extend: (until) => {
      endsAt = deadlineOf(until);
    },
  };

  const { onText, writeError } = createCalls({
    context,
    sink,
    meters,
    refusals: deps.refusals,
    logger,
    onHeard: () => {
      heardAt = elapsed();
    },
  });

  takeIn({
    socket,
    sink,
    onText,
    onBinary: () => close(CloseCode.unsupportedData, 'text frames only'),
    onFailure: fail,
  });
  socket.on('error', (error: Error & { code?: string }) => {
    if (error.code === TOO_LARGE) deps.onLimit('message_size');
    logger().debug({ err: error }, 'socket error');
  });
  const openedAt = elapsed();
  logger().info('connected');
  socket.on('close', (code) => {
    count(meters.closes, closeLabel(code));
    logger().info({ code, seconds: Math.round((elapsed() - openedAt) / 1_000) }, 'disconnected');
    sink.closed();
    subscriptions.endAll();
    tenantFeeds.endAll();
  });
  sink.send(
    encodeNotification('connected', {
      connectionId,
      tenantId,
      serverTime: new Date(now()).toISOString(),
      capabilities: CAPABILITIES,
    }),
  );

  return {
    principal,
    close,
    terminate: () => socket.terminate(),
    isTakingDispatches: () => tenantFeeds.isTakingDispatches(),
    once: (event, listener) => socket.once(event, listener),
    stats: () => ({
      kind: principal.kind,
      subscriptions: {
        investigation: subscriptions.count('investigation'),
        remediation: subscriptions.count('remediation'),
        notifications: tenantFeeds.isActive('notifications') ? 1 : 0,
        dispatch: tenantFeeds.isActive('dispatch') ? 1 : 0,
      },
      lag: subscriptions.lag(),
      isSlow: subscriptions.isSlow(),
      waitingBytes: sink.waitingBytes(),
    }),
    check() {
      if (elapsed() >= endsAt) {
        writeError(null, { code: RpcCode.authenticationExpired, message: 'The token has expired.' });
        return close(CloseCode.policyViolation, 'authentication expired');
      }
      if (sink.stalledMs() > STALLED_MS) {
        writeError(null, {
          code: RpcCode.limitReached,
          message: 'This reader is too slow.',
          data: { error: 'slow_consumer', retryAfterMs: RETRY_AFTER_MS },
        });
        deps.onLimit('slow_consumer');
        return close(CloseCode.tryAgainLater, 'slow consumer');
      }
      if (elapsed() - heardAt > limits.idleTimeoutS * 1_000) {
        deps.onLimit('idle');
        close(CloseCode.policyViolation, 'heartbeat missed');
      }
    },
  };
};
