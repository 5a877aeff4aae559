import type { Checkpoint } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import { backoffMs } from '../../protocol/backoff.ts';
import { CloseCode, RpcCode } from '../../protocol/errors.ts';
import type { RpcParams } from '../../protocol/json-rpc.ts';
import type { LiveStore } from '../store/live-store.ts';
import { createApiPast, type PastPart, type Rehydrated } from './api-past.ts';
import { afterClose } from './connection.ts';
import { createFiller } from './fill-in.ts';
import { createBatcher, type Scheduler } from './frame-batcher.ts';
import { createRecentIds } from './recent-ids.ts';
import { createSocketSession, type SocketSession } from './socket-session.ts';

/** As the contract asks: the relay closes after 60 s of silence. */
const PING_EVERY_MS = 30_000;
/** A ping unanswered for this long means a half-open socket. */
const PONG_WITHIN_MS = 10_000;
/** From the ticket to `connected`. */
const HANDSHAKE_WITHIN_MS = 10_000;
/** A connection that lasted for less was none: the next try waits for longer, whatever the server says. */
const SETTLED_AFTER_MS = 10_000;

export type TicketAnswer = { ok: true; address: string } | { ok: false; signedOut: boolean; reason: string };

export type RelayClientOptions = {
  store: LiveStore;
  scheduler: Scheduler;
  now: () => number;
  /** What the relay says that it is, in epoch milliseconds. */
  onServerTime: (at: number) => void;
  isOnline: () => boolean;
  /** A fresh one-time address for every try. */
  requestAddress: () => Promise<TicketAnswer>;
  /** Opens the socket at this address, instead of the one before; null closes it. */
  openSocket: (address: string | null) => void;
  onTenantEvent: (method: string, params: RpcParams) => void;
  /** The state of an incident from the API, as events, for a relay that keeps no positions; never rejects. */
  rehydrate: (incidentId: string, part: PastPart) => Promise<Rehydrated>;
  /** What the events of an incident up to a seq amount to, by the API; undefined where this page folds otherwise. */
  readBefore: (incidentId: string, seq: number) => Promise<Checkpoint | undefined>;
  /** All events of an incident before a seq, ascending. Rejects where they cannot be had. */
  readAllBefore: (incidentId: string, seq: number) => Promise<readonly IncidentEvent[]>;
  /** Gets a new token where the server can; resolves whether it could or not. */
  renewToken: () => Promise<void>;
  onSignedOut: () => void;
};

type Timer = 'retry' | 'ping' | 'pong' | 'handshake' | 'settled';

/** Keeps one socket to the relay alive and the store fed from it. The socket itself is opened by the provider. */
export const createRelayClient = (options: RelayClientOptions) => {
  const { store, scheduler, now } = options;
  const watched = new Map<string, number>();
  const timers = new Map<Timer, () => void>();
  const tenantEventIds = createRecentIds();
  let session: SocketSession | undefined;
  let attempt = 0;
  let downSince: number | null = null;
  let resumes = -1;
  let latencyMs: number | null = null;
  let heardAt: number | null = null;
  let liveSince = 0;
  let generation = 0;
  let running = false;
  /** The provider was given an address: what it reports is of that socket, not of one that was dropped before. */
  let isAsked = false;
  /** Expired by the relay's word since a connection last settled: the first time a new token may help. */
  let expired = 0;

  const setTimer = (name: Timer, run: () => void, delayMs: number): void => {
    timers.get(name)?.();
    timers.set(name, scheduler.onTimeout(run, delayMs));
  };
  const clearTimer = (name: Timer): void => {
    timers.get(name)?.();
    timers.delete(name);
  };
  const clearTimers = (): void => {
    for (const cancel of timers.values()) cancel();
    timers.clear();
  };

  const showLive = (): void => {
    const behind = [...watched.keys()].reduce((sum, id) => sum + (store.feed(id)?.behind ?? 0), 0);
    store.setConnection(
      behind > 0
        ? { state: 'catching-up', behind }
        : {
            state: 'live',
            since: liveSince,
            latencyMs,
            heardAt,
            resumes: Math.max(0, resumes),
            lost: 0,
          },
    );
  };

  const batcher = createBatcher<{ incidentId: string; event: IncidentEvent }>(
    (items) => {
      const byIncident = new Map<string, IncidentEvent[]>();
      for (const { incidentId, event } of items) {
        const list = byIncident.get(incidentId);
        if (list === undefined) byIncident.set(incidentId, [event]);
        else list.push(event);
      }
      store.receive(byIncident, now());
      if (session !== undefined) showLive();
    },
    scheduler,
    now,
  );

  const past = createApiPast({
    store,
    scheduler,
    rehydrate: options.rehydrate,
    isWatched: (incidentId) => watched.has(incidentId),
  });

  const onOpened = createFiller({ store, scheduler, flush: batcher.flush, readAllBefore: options.readAllBefore });

  const retry = (delayMs: number, reason: string): void => {
    downSince ??= now();
    store.setConnection(
      options.isOnline()
        ? { state: 'reconnecting', attempt, retryAt: now() + delayMs, reason, since: downSince }
        : { state: 'offline', since: downSince },
    );
    setTimer('retry', () => void connect(), delayMs);
    attempt += 1;
  };

  const drop = (): void => {
    session = undefined;
    isAsked = false;
    generation += 1;
    clearTimers();
    past.clear();
    batcher.flush();
    options.openSocket(null);
  };

  const signOut = (): void => {
    store.setConnection({ state: 'signed-out' });
    options.onSignedOut();
  };

  const connect = async (): Promise<void> => {
    drop();
    const mine = generation;
    if (downSince === null) store.setConnection({ state: 'connecting' });
    setTimer('handshake', () => lose(1006, 'the server did not answer in time'), HANDSHAKE_WITHIN_MS);
    if (expired > 0) await options.renewToken();
    if (mine !== generation || !running) return;
    const ticket = await options.requestAddress();
    if (mine !== generation || !running) return;
    if (!ticket.ok) {
      clearTimer('handshake');
      if (!ticket.signedOut) return retry(backoffMs(attempt), ticket.reason);
      return signOut();
    }
    isAsked = true;
    options.openSocket(ticket.address);
  };

  /**
   * The next ping is planned when the answer comes, for a browser slows timers that follow from timers down to one a
   * minute in a tab that has been hidden for long, and the relay would take us for gone.
   */
  const keepAlive = (): void => {
    const sentAt = now();
    setTimer('pong', () => lose(1006, 'the connection went silent'), PONG_WITHIN_MS);
    session?.ping(() => {
      clearTimer('pong');
      heardAt = now();
      latencyMs = heardAt - sentAt;
      setTimer('ping', keepAlive, Math.max(0, PING_EVERY_MS - latencyMs));
      showLive();
    });
  };

  const settled = (): void => {
    attempt = 0;
    expired = 0;
  };

  const ready = (): void => {
    clearTimer('handshake');
    setTimer('settled', settled, SETTLED_AFTER_MS);
    downSince = null;
    resumes += 1;
    liveSince = now();
    keepAlive();
    showLive();
  };

  const onTenantEvent = (method: string, params: RpcParams, eventId: string | undefined): void => {
    if (eventId === undefined || tenantEventIds.add(eventId)) options.onTenantEvent(method, params);
  };

  const opened = (send: (text: string) => void): void => {
    if (!isAsked) return;
    session = createSocketSession({
      store,
      send,
      now,
      onEvent: (incidentId, event) => batcher.push({ incidentId, event }),
      onServerTime: options.onServerTime,
      onTenantEvent,
      newestTenantEventId: tenantEventIds.newest,
      onUnpositioned: past.askAll,
      readBefore: options.readBefore,
      onOpened,
      onReady: ready,
      onBusy: (incidentId, delayMs) => {
        const mine = session;
        scheduler.onTimeout(() => {
          if (session === mine && watched.has(incidentId)) session?.subscribe(incidentId);
        }, delayMs);
      },
    });
  };

  const lose = (code: number, reason: string): void => {
    if (!running) return;
    const error = session?.lastError();
    const isExpired = code === CloseCode.policyViolation && error?.code === RpcCode.authenticationExpired;
    if (isExpired) expired += 1;
    const after = afterClose(code, reason, error?.retryAfterMs ?? null);
    drop();
    // Expired again with what should have been a new token: only signing in helps.
    if (expired > 1) return signOut();
    switch (after.next) {
      case 'retry-now':
        return retry(attempt === 0 ? 0 : backoffMs(attempt), reason);
      case 'retry-later':
        return retry(
          Math.max(backoffMs(attempt), error?.retryAfterMs ?? 0),
          reason === '' ? 'the connection was lost' : reason,
        );
      case 'retry-in':
        return retry(after.delayMs, 'the server is busy');
      case 'stop':
        return store.setConnection({ state: 'stopped', reason: after.reason });
      case 'sign-in':
        return signOut();
    }
  };

  return {
    /** The plan of the incident that is open here, or none; told only to a relay that passes it on. */
    focus: (incidentId: string, remediationId: string | null): void => session?.focus(incidentId, remediationId),
    start: () => {
      running = true;
      void connect();
    },
    stop: () => {
      running = false;
      drop();
    },
    opened,
    /** A socket that was dropped says so late, by up to a minute where its other end is gone. */
    closed: (code: number, reason: string): void => {
      if (isAsked) lose(code, reason);
    },
    message: (text: string) => {
      session?.receive(text, watched.keys());
    },
    /** The network is back, or somebody looks: tries at once where it would wait, asks at once whether it is still there. */
    nudge: () => {
      const { state } = store.getState().connection;
      if (running && (state === 'reconnecting' || state === 'offline')) void connect();
      else if (timers.has('ping') && !timers.has('pong')) keepAlive();
    },
    reconnect: () => void connect(),
    watch: (incidentId: string): (() => void) => {
      const count = watched.get(incidentId) ?? 0;
      watched.set(incidentId, count + 1);
      store.open(incidentId);
      if (count === 0) session?.subscribe(incidentId);
      return () => {
        const left = (watched.get(incidentId) ?? 1) - 1;
        if (left > 0) return void watched.set(incidentId, left);
        watched.delete(incidentId);
        past.forget(incidentId);
        session?.unsubscribe(incidentId);
        store.evict((id) => watched.has(id));
      };
    },
    /** Asks the API what became of the plans, for a relay that wouldn't tell. */
    refresh: (incidentId: string) => {
      if (store.feed(incidentId)?.extended === false) past.askPlans(incidentId);
    },
  };
};
