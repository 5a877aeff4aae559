import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { CAPABILITIES } from '../../protocol/connection.ts';
import { CloseCode, RpcCode, type RpcErrorObject } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import {
  encodeNotification,
  type Incoming,
  parseFrame,
  type RpcId,
  type RpcResponse,
} from '../../protocol/json-rpc.ts';
import type { Principal } from '../auth/principal.ts';
import { LogUnavailable } from '../log/event-log.ts';
import { closeLabel, count } from '../metrics/meters.ts';
import { createAnswers } from './answers.ts';
import { takeIn } from './intake.ts';
import { createRateLimit } from './limits.ts';
import { handle, type MethodContext } from './methods.ts';
import type { Outcome } from './outcome.ts';
import type { Presence } from './presence.ts';
import type { RelayDeps } from './relay.ts';
import { createSink, webSocketOutlet } from './sink.ts';
import type { ConnectionStats } from './stats.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createTenantFeeds } from './tenant-feeds.ts';

/** A reader that takes nothing for this long is told to come back later. */
const STALLED_MS = 30_000;
const MAX_BATCH_PERSON = 20;
const MAX_BATCH_KEY = 1_000;
const RETRY_AFTER_MS = 1_000;
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
  const inFlight = new Set<string>();
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
    onFailure: fail,
  });
  const tenantFeeds = createTenantFeeds({
    log: deps.log,
    hub: deps.hub,
    records: deps.records,
    sink,
    meters,
    tenantId,
    hasAlready: subscriptions.delivers,
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
    mayPublishInMs(keyId) {
      const waitMs = deps.publishRate.take(keyId);
      if (waitMs > 0) deps.onLimit('publish_rate');
      return waitMs;
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

  const { write, writeInTurn } = createAnswers(sink, meters);
  const writeError = (id: RpcId, error: RpcErrorObject): void => write({ jsonrpc: '2.0', id, error });

  const internalError = (error: unknown): RpcErrorObject => {
    const errorId = newId('evt');
    if (error instanceof LogUnavailable) {
      logger().warn({ errorId, reason: error.message }, 'the log could not be written');
      const data = { errorId, error: 'service_unavailable', retryAfterMs: RETRY_AFTER_MS };
      return { code: RpcCode.internalError, message: 'The log cannot be written at the moment.', data };
    }
    logger().error({ errorId, err: error }, 'a method failed');
    return { code: RpcCode.internalError, message: 'Internal error', data: { errorId } };
  };

  type Answer = { response: RpcResponse; start?: () => void };

  const answer = (id: RpcId, outcome: Outcome): Answer => {
    if (outcome.kind === 'refused') return { response: { jsonrpc: '2.0', id, error: outcome.error } };
    const response: RpcResponse = { jsonrpc: '2.0', id, result: outcome.result };
    return outcome.kind === 'stream' ? { response, start: outcome.start } : { response };
  };

  const run = async (item: Incoming & { kind: 'request' | 'notification' }): Promise<Outcome> => {
    const outcome = await handle(context, item.method, item.params).catch(
      (error: unknown): Outcome => ({ kind: 'refused', error: internalError(error) }),
    );
    if (outcome.kind !== 'refused') heardAt = elapsed();
    else if (outcome.error.code === RpcCode.forbidden) {
      const reason = item.method === 'auth.refresh' ? 'subject' : 'role';
      deps.refusals.record(principal, { what: item.method, reason });
    }
    return outcome;
  };

  const answerRequest = async (item: Incoming & { kind: 'request' }): Promise<Answer> => {
    const name = JSON.stringify(item.id);
    if (item.id !== null && inFlight.has(name)) {
      const error = { code: RpcCode.invalidRequest, message: 'A request with this id is still being answered.' };
      return { response: { jsonrpc: '2.0', id: item.id, error } };
    }
    inFlight.add(name);
    const outcome = await run(item);
    inFlight.delete(name);
    return answer(item.id, outcome);
  };

  /** undefined for what is never answered. */
  const take = async (item: Incoming): Promise<Answer | undefined> => {
    switch (item.kind) {
      case 'request':
        return answerRequest(item);
      case 'invalid':
        return {
          response: { jsonrpc: '2.0', id: item.id, error: { code: RpcCode.invalidRequest, message: item.reason } },
        };
      case 'notification': {
        const outcome = await run(item);
        if (outcome.kind === 'stream') outcome.start();
        if (item.method === 'ping' && outcome.kind === 'ok') sink.send(encodeNotification('pong', {}));
        return undefined;
      }
      case 'response':
        return undefined;
    }
  };

  const takeBatch = async (items: readonly Incoming[]): Promise<void> => {
    const most = principal.kind === 'agent' ? MAX_BATCH_KEY : MAX_BATCH_PERSON;
    if (items.length > most) {
      return writeError(null, { code: RpcCode.invalidRequest, message: `A batch holds at most ${most} messages.` });
    }
    const answers = (await Promise.all(items.map(take))).filter((entry) => entry !== undefined);
    const written = answers.length > 0 ? writeInTurn(answers.map(({ response }) => response)) : undefined;
    if (written !== undefined) await written;
    for (const { start } of answers) start?.();
  };

  const onText = async (text: string): Promise<void> => {
    const frame = parseFrame(text);
    switch (frame.kind) {
      case 'unparsable':
        return writeError(null, { code: RpcCode.parseError, message: 'Parse error' });
      case 'empty-batch':
        return writeError(null, { code: RpcCode.invalidRequest, message: 'A batch cannot be empty.' });
      case 'batch':
        return takeBatch(frame.items);
      case 'single': {
        const taken = await take(frame.item);
        if (taken === undefined) return;
        const written = writeInTurn(taken.response);
        if (written !== undefined) await written;
        taken.start?.();
      }
    }
  };

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
