import type { Checkpoint } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { Connected, SubscribeResult } from '../../protocol/connection.ts';
import { RpcCode } from '../../protocol/errors.ts';
import { PresenceChanged } from '../../protocol/investigation.ts';
import { type Incoming, parseFrame, type RpcParams } from '../../protocol/json-rpc.ts';
import type { Subscribed } from '../store/feed.ts';
import type { LiveStore } from '../store/live-store.ts';
import { createOpenings, OPEN_EVENTS, REOPEN_BEHIND } from './openings.ts';
import { type Calls, createCalls, type RpcAnswer, readError } from './rpc.ts';

/** Where the server does not say when to try again. */
const RETRY_MS = 2_000;

export type SessionOptions = {
  store: LiveStore;
  send: (text: string) => void;
  now: () => number;
  /** What the relay says that it is, in epoch milliseconds. */
  onServerTime: (at: number) => void;
  /** An event of a watched incident. */
  onEvent: (incidentId: string, event: IncidentEvent) => void;
  /** Something tenant-wide: an incident created, a status changed, an approval asked for. */
  onTenantEvent: (method: string, params: RpcParams, eventId: string | undefined) => void;
  /** After which of the tenant's events to go on; undefined: with what is new. */
  newestTenantEventId: () => string | undefined;
  /** The relay keeps no positions: what this tab missed has to come from the API. */
  onUnpositioned: (incidentId: string) => void;
  /** What the events of an incident up to a seq amount to, by the server; undefined where it can't be had. */
  readBefore: (incidentId: string, seq: number) => Promise<Checkpoint | undefined>;
  /** An incident was opened with its newest events. */
  onOpened: (incidentId: string) => void;
  onReady: () => void;
  /** A subscription was refused for now: it is to be tried again after so long. */
  onBusy: (incidentId: string, retryAfterMs: number) => void;
};

/** One life of the socket, from its `connected` on: subscriptions, answers and events. A new socket, a new session. */
export const createSocketSession = (options: SessionOptions) => {
  const { store, now } = options;
  const calls: Calls = createCalls(options.send);
  const subscriptions = new Map<string, string[]>();
  /** How often it was unsubscribed from: an answer to a subscription that was asked for before comes too late. */
  const ended = new Map<string, number>();
  /** Calls for an incident that the relay has not answered yet, and incidents that are wanted anew meanwhile. */
  const unanswered = new Map<string, number>();
  const wantedAnew = new Set<string>();
  let capabilities: ReadonlySet<string> | undefined;
  let lastError: { code: number; retryAfterMs: number | null } | undefined;

  const end = (subscriptionId: string): void =>
    calls.call('investigation.unsubscribe', { subscriptionId }, () => undefined);

  const onRefused = (incidentId: string, error: { code: number; retryAfterMs: number | null }): void => {
    const isTemporary = error.code === RpcCode.limitReached || error.code === RpcCode.internalError;
    if (isTemporary) options.onBusy(incidentId, error.retryAfterMs ?? RETRY_MS);
    else if (error.code === RpcCode.invalidParams) store.refused(incidentId);
  };

  const subscribeTo = (
    method: string,
    incidentId: string,
    params: object,
    onSubscribed = (answer: Subscribed): void => store.subscribed(incidentId, answer, now()),
  ): void => {
    const mine = ended.get(incidentId);
    const onAnswer = (answer: RpcAnswer): void => {
      const isWanted = ended.get(incidentId) === mine;
      if (!answer.ok) return isWanted ? onRefused(incidentId, answer) : undefined;
      const result = SubscribeResult.safeParse(answer.result);
      if (!result.success) return;
      if (!isWanted) return end(result.data.subscriptionId);
      subscriptions.set(incidentId, [...(subscriptions.get(incidentId) ?? []), result.data.subscriptionId]);
      onSubscribed(result.data);
      if (result.data.headSeq === undefined) options.onUnpositioned(incidentId);
    };
    unanswered.set(incidentId, (unanswered.get(incidentId) ?? 0) + 1);
    calls.call(method, { incidentId, ...params }, (answer) => {
      const left = (unanswered.get(incidentId) ?? 1) - 1;
      if (left > 0) unanswered.set(incidentId, left);
      else unanswered.delete(incidentId);
      onAnswer(answer);
      if (left === 0 && wantedAnew.delete(incidentId) && !subscriptions.has(incidentId)) subscribe(incidentId);
    });
  };

  const unsubscribe = (incidentId: string): void => {
    ended.set(incidentId, (ended.get(incidentId) ?? 0) + 1);
    wantedAnew.delete(incidentId);
    for (const subscriptionId of subscriptions.get(incidentId) ?? []) end(subscriptionId);
    subscriptions.delete(incidentId);
    openings.end(incidentId);
  };

  const batches = (): object => (capabilities?.has('batch') === true ? { batch: true } : {});

  const openings = createOpenings({
    readBefore: options.readBefore,
    onOpened(incidentId, checkpoint, answer, events) {
      store.openAt(incidentId, checkpoint, answer, now());
      for (const event of events) options.onEvent(incidentId, event);
      options.onOpened(incidentId);
    },
    // As with a relay that has no snapshots: all of it comes.
    onFailed(incidentId) {
      unsubscribe(incidentId);
      subscribeTo('investigation.subscribe', incidentId, { afterSeq: 0, ...batches() });
    },
  });

  /** The newest events; where there are earlier ones, with what those amount to. */
  const open = (incidentId: string): void =>
    subscribeTo('investigation.subscribe', incidentId, { tail: OPEN_EVENTS, ...batches() }, (answer) => {
      if ((answer.headSeq ?? 0) > OPEN_EVENTS) openings.begin(incidentId, answer);
      else store.subscribed(incidentId, answer, now());
    });

  /** Goes on from what this tab has, unless too much came since or it is of another log. */
  const resume = (incidentId: string, afterSeq: number, epoch: string | null): void => {
    const position = { afterSeq, ...(epoch === null ? {} : { epoch }) };
    subscribeTo('investigation.subscribe', incidentId, { ...position, ...batches() }, (answer) => {
      const { headSeq = 0, reset } = answer;
      const isFar = reset === true ? headSeq > OPEN_EVENTS : headSeq - afterSeq > REOPEN_BEHIND;
      if (!isFar || capabilities?.has('snapshot') !== true) return store.subscribed(incidentId, answer, now());
      if (reset === true) store.subscribed(incidentId, answer, now());
      unsubscribe(incidentId);
      open(incidentId);
    });
  };

  const subscribe = (incidentId: string): void => {
    if (capabilities === undefined) return;
    // Asked for a second time the relay names the same subscription, which is ended once the first answer is here.
    if (unanswered.has(incidentId)) return void wantedAnew.add(incidentId);
    if (!capabilities.has('resume')) {
      subscribeTo('investigation.subscribe', incidentId, {});
      subscribeTo('remediation.subscribe', incidentId, {});
      return;
    }
    const feed = store.feed(incidentId);
    const afterSeq = feed?.chronicle.investigation.lastSeq ?? 0;
    if (afterSeq === 0 && capabilities.has('snapshot')) return open(incidentId);
    resume(incidentId, afterSeq, feed?.epoch ?? null);
  };

  const onConnected = (params: RpcParams, watched: Iterable<string>): void => {
    const connected = Connected.safeParse(params);
    capabilities = new Set(connected.success ? connected.data.capabilities : []);
    store.setCapabilities(capabilities);
    const serverTime = Date.parse(connected.data?.serverTime ?? '');
    if (!Number.isNaN(serverTime)) options.onServerTime(serverTime);
    for (const incidentId of watched) subscribe(incidentId);
    // Asked of every relay: where it doesn't know the call, our proxy answers in its place from the API's event stream.
    const afterEventId = options.newestTenantEventId();
    calls.call('notifications.subscribe', afterEventId === undefined ? {} : { afterEventId }, () => undefined);
    options.onReady();
  };

  const onPresence = (params: RpcParams): void => {
    const presence = PresenceChanged.safeParse(params);
    if (presence.success) store.setViewers(presence.data.incidentId, presence.data.viewers);
  };

  const onNotification = (method: string, params: RpcParams, watched: Iterable<string>): void => {
    if (method === 'connected') return onConnected(params, watched);
    if (method === 'presence.changed') return onPresence(params);
    const event = toIncidentEvent(method, params, now());
    const incidentId = params.incidentId;
    // What a relay with positions sends without one is about the tenant, and none of the incident's events.
    const isPlaced = event?.seq !== null || capabilities?.has('resume') !== true;
    if (event !== undefined && isPlaced && typeof incidentId === 'string' && subscriptions.has(incidentId)) {
      if (!openings.take(incidentId, event)) options.onEvent(incidentId, event);
    }
    // One that was missing is there (again).
    const isWatched = typeof incidentId === 'string' && [...watched].includes(incidentId);
    if (method === 'incident.created' && isWatched && !subscriptions.has(incidentId)) subscribe(incidentId);
    // What has a place in its incident came by that subscription, and says nothing of where the tenant's stream is.
    const isOfTenant = typeof params.eventId === 'string' && typeof params.seq !== 'number';
    options.onTenantEvent(method, params, isOfTenant ? String(params.eventId) : undefined);
  };

  const onItem = (item: Incoming, watched: Iterable<string>): void => {
    if (item.kind === 'response') {
      if (item.id === null && item.error !== undefined) lastError = readError(item.error);
      return calls.answer(item.id, item.result, item.error);
    }
    if (item.kind === 'notification' && typeof item.params === 'object') {
      onNotification(item.method, item.params, watched);
    }
  };

  return {
    receive(text: string, watched: Iterable<string>): void {
      const frame = parseFrame(text);
      if (frame.kind === 'single') onItem(frame.item, watched);
      else if (frame.kind === 'batch') for (const item of frame.items) onItem(item, watched);
    },
    subscribe,
    unsubscribe(incidentId: string): void {
      store.setViewers(incidentId, []);
      unsubscribe(incidentId);
    },
    focus(incidentId: string, remediationId: string | null): void {
      if (capabilities?.has('focus')) calls.call('presence.focus', { incidentId, remediationId }, () => undefined);
    },
    ping: (onPong: () => void) => calls.call('ping', {}, onPong),
    /** The last error that named no request; it explains the close that follows. */
    lastError: () => lastError,
  };
};

export type SocketSession = ReturnType<typeof createSocketSession>;
