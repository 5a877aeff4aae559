import { z } from 'zod';
import { backoffMs } from '../protocol/backoff.ts';
import { newId } from '../protocol/ids.ts';
import type { PublicationMethod, PublicationParams } from '../protocol/up.ts';
import { afterEnd, type SocketEnd } from './after-close.ts';
import { createDispatches, type Dispatch, type DispatchOptions } from './dispatches.ts';
import { ConnectionEnded } from './errors.ts';
import type { AgentEvent } from './feed.ts';
import { createFeeds, type SubscribeOptions, type Subscription } from './feeds.ts';
import { createOutbox } from './outbox.ts';
import { openSession } from './session.ts';

/** How long `close` waits for what is still unacknowledged. */
const FLUSH_WITHIN_MS = 5_000;
/** A relay that closes every connection as it comes is not asked in a tight loop. */
const AT_ONCE_EVERY_MS = 10_000;

export type AgentState =
  | { state: 'connecting' }
  | { state: 'connected'; connectionId: string }
  | { state: 'reconnecting'; attempt: number; retryInMs: number; reason: string }
  | { state: 'stopped'; reason: string }
  | { state: 'closed' };

export type AgentOptions = {
  /** ws:// or wss://, up to and with /v1/connect. */
  url: string;
  apiKey: string;
  onState?: (state: AgentState) => void;
  /** For the jitter of the backoff. */
  random?: () => number;
  /** Epoch milliseconds, for the timestamps of events. */
  now?: () => number;
};

const Stored = z.looseObject({ eventId: z.string(), seq: z.number() });
const Opened = z.looseObject({ eventId: z.string(), incidentId: z.string().optional() });

export type Stored = z.infer<typeof Stored>;

export type Agent = {
  /** Opens an incident; retried until the relay has it, and opened once however often that takes. */
  openIncident: (incident: {
    title: string;
    description?: string;
    severity?: 'critical' | 'high' | 'medium' | 'low' | 'info';
  }) => Promise<{ incidentId: string; eventId: string }>;
  /** Resolves once the event is durable. In order, across reconnects, stored once; rejects with `RelayRefused`. */
  publish: <Method extends PublicationMethod>(method: Method, params: PublicationParams<Method>) => Promise<Stored>;
  /** Fire and forget: in order with the rest, lost where there is no connection. */
  notify: <Method extends PublicationMethod>(method: Method, params: PublicationParams<Method>) => void;
  /** Each event of the incident once and in order, resumed by itself from the last one after a reconnect. */
  subscribe: (
    incidentId: string,
    listener: (event: AgentEvent) => void,
    options?: SubscribeOptions,
  ) => Promise<Subscription>;
  /** New investigations to take up, each once. */
  onDispatch: (listener: (dispatch: Dispatch) => void, options?: DispatchOptions) => Promise<void>;
  /** Waits, within a time limit, until all that was published is acknowledged; then closes for good. */
  close: () => Promise<void>;
};

const reasonOf = (end: SocketEnd): string => {
  if (end.kind === 'refused') return `the relay answered HTTP ${end.status}`;
  return end.reason === '' ? `the connection was lost (${end.code})` : `${end.reason} (${end.code})`;
};

/** Connects to a relay with an API key and stays connected until `close`. */
export const connectAgent = (options: AgentOptions): Agent => {
  const random = options.random ?? Math.random;
  const now = options.now ?? Date.now;
  const outbox = createOutbox(random);
  const feeds = createFeeds();
  const dispatches = createDispatches();
  let current: { close: () => void } | undefined;
  let retry: NodeJS.Timeout | undefined;
  let attempt = 0;
  let over: string | undefined;
  let lastAtOnce = Number.NEGATIVE_INFINITY;

  const tell = (state: AgentState): void => options.onState?.(state);

  const finish = (reason: string): void => {
    over = reason;
    clearTimeout(retry);
    outbox.fail(reason);
    feeds.fail(reason);
    dispatches.fail(reason);
  };

  const reconnect = (delayMs: number, reason: string): void => {
    tell({ state: 'reconnecting', attempt, retryInMs: delayMs, reason });
    retry = setTimeout(open, delayMs);
    attempt += 1;
  };

  const onEnd = (end: SocketEnd): void => {
    outbox.detach();
    feeds.detach();
    dispatches.detach();
    if (over !== undefined) return;
    const after = afterEnd(end);
    if (after.next === 'stop') {
      finish(after.reason);
      return tell({ state: 'stopped', reason: after.reason });
    }
    if (after.next === 'wait') return reconnect(after.delayMs, reasonOf(end));
    const atOnce = after.next === 'now' && performance.now() - lastAtOnce > AT_ONCE_EVERY_MS;
    if (atOnce) lastAtOnce = performance.now();
    reconnect(atOnce ? 0 : backoffMs(attempt, random), reasonOf(end));
  };

  const open = (): void => {
    tell({ state: 'connecting' });
    current = openSession({
      url: options.url,
      apiKey: options.apiKey,
      onReady: (session, connectionId) => {
        attempt = 0;
        tell({ state: 'connected', connectionId });
        feeds.attach(session);
        dispatches.attach(session);
        outbox.attach(session);
      },
      onNotification: (method, params) => {
        feeds.receive(method, params);
        dispatches.receive(method, params);
      },
      onEnd,
    });
  };

  const stamp = (params: object): object => ({
    eventId: newId('evt'),
    timestamp: new Date(now()).toISOString(),
    ...params,
  });

  const ended = (): Promise<never> => Promise.reject(new ConnectionEnded(over));

  open();
  return {
    openIncident: async (incident) => {
      if (over !== undefined) return ended();
      // Chosen here, so that a retry whose first answer was lost still names the one incident.
      const incidentId = newId('inc');
      const opened = Opened.parse(await outbox.publish('incident.created', stamp({ incidentId, ...incident })));
      return { incidentId: opened.incidentId ?? incidentId, eventId: opened.eventId };
    },
    publish: async (method, params) =>
      over === undefined ? Stored.parse(await outbox.publish(method, stamp(params))) : ended(),
    notify: (method, params) => {
      if (over === undefined) outbox.notify(method, stamp(params));
    },
    subscribe: (incidentId, listener, subscribeOptions = {}) =>
      over === undefined ? feeds.subscribe(incidentId, listener, subscribeOptions) : ended(),
    onDispatch: (listener, dispatchOptions = {}) =>
      over === undefined ? dispatches.onDispatch(listener, dispatchOptions) : ended(),
    close: async () => {
      if (over !== undefined) return;
      const limit = new Promise<void>((resolve) => {
        setTimeout(resolve, FLUSH_WITHIN_MS).unref();
      });
      await Promise.race([outbox.idle(), limit]);
      finish('the agent was closed');
      current?.close();
      tell({ state: 'closed' });
    },
  };
};
