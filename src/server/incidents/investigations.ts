import { setTimeout as wait } from 'node:timers/promises';
import { emptyInvestigation } from '../../incident/empty.ts';
import { fold } from '../../incident/fold.ts';
import { type EventLog, type LoggedEvent, PAGE_BYTES } from '../log/event-log.ts';
import type { StateStore } from '../log/state-store.ts';
import { createSnapshots, type Place, type Standing } from './snapshots.ts';
import { toFoldable } from './stored-event.ts';

/** Folded in one go, about 20 ms: everybody else has a turn between two of them. */
const PAGE = { limit: 1_000, maxBytes: PAGE_BYTES };
/** Between two pages that nobody waits for: keeping up must not slow those who publish. */
const PAUSE_MS = 60;
/** Folded investigations that are kept; any other is folded on from its newest snapshot when it is asked for. */
const KEPT = 256;
/** So far apart are snapshots at the least: what somebody who asks for the past waits to be folded. */
const SNAPSHOT_EVENTS = 2_000;
/** A snapshot may be as large as the events since the one before, at so many bytes an event; a large state is kept seldom. */
const SNAPSHOT_BYTES_AN_EVENT = 100;
/** Of the newest stretch there are states in memory too: that is where those come who open an incident. */
const RECENT_EVENTS = 10_000;
/** Incidents whose events are counted to that end; with more, counting begins anew. */
const COUNTED = 10_000;

type Kept = {
  now: Standing;
  /** States on the way to the present, oldest first. */
  recent: Standing[];
  saved: { events: number; bytes: number };
  opened: boolean;
  /** How many wait for it to be caught up. */
  waiting: number;
  catchingUp: Promise<void>;
};

export type Investigations = {
  /** As the log has it now. */
  get(tenantId: string, incidentId: string): Promise<Standing>;
  /** As it was there; as it is now where the place lies ahead. */
  at(tenantId: string, incidentId: string, place: Place): Promise<Standing>;
  /** What was appended: one that falls far behind is caught up before anybody asks. */
  consider(events: readonly LoggedEvent[]): void;
  close(): void;
};

const emptyStanding = (incidentId: string): Standing => ({
  seq: 0,
  events: 0,
  investigation: emptyInvestigation(incidentId),
  keySeq: new Map(),
  planEvents: [],
});

const foldOn = (standing: Standing, logged: readonly LoggedEvent[]): Standing => {
  const last = logged.at(-1);
  if (last === undefined) return standing;
  const events = logged.flatMap((event) => toFoldable(event) ?? []);
  const keyed = logged.filter(({ key }) => key !== '');
  return {
    seq: last.seq,
    events: standing.events + logged.length,
    investigation: fold(standing.investigation, events),
    keySeq:
      keyed.length === 0
        ? standing.keySeq
        : new Map([...standing.keySeq, ...keyed.map(({ key, seq }) => [key, seq] as const)]),
    planEvents:
      keyed.length === 0
        ? standing.planEvents
        : [...standing.planEvents, ...keyed.flatMap((event) => toFoldable(event) ?? [])],
  };
};

const isBefore = (standing: Standing, place: Place): boolean =>
  'seq' in place
    ? standing.seq <= place.seq
    : 'events' in place
      ? standing.events <= place.events
      : (standing.investigation.lastAt ?? 0) <= place.time;

/** Those of a page that belong to the time up to the place. */
const upTo = (logged: readonly LoggedEvent[], from: Standing, place: Place): readonly LoggedEvent[] => {
  if ('seq' in place) return logged.filter(({ seq }) => seq <= place.seq);
  if ('events' in place) return logged.slice(0, place.events - from.events);
  const later = logged.findIndex((event) => (toFoldable(event)?.at ?? 0) > place.time);
  return later < 0 ? logged : logged.slice(0, later);
};

/**
 * The investigations as the log has them: each folded once and caught up whenever somebody asks. What is kept is what
 * the events amount to, now and at places on the way, never the events themselves.
 */
export const createInvestigations = (
  log: EventLog,
  state: StateStore,
  onFailure: (error: unknown) => void,
): Investigations => {
  const kept = new Map<string, Kept>();
  /** How many events of an incident came since it was last caught up for that. */
  const behind = new Map<string, number>();
  let closed = false;
  const failed = (error: unknown): void => {
    if (!closed) onFailure(error);
  };
  const snapshots = createSnapshots(state, log.epoch);

  const keepSnapshot = (entry: Kept, tenantId: string, incidentId: string): void => {
    const { now, saved } = entry;
    const apart = Math.max(SNAPSHOT_EVENTS, saved.bytes / SNAPSHOT_BYTES_AN_EVENT);
    if (now.events - saved.events < apart) return;
    saved.events = now.events;
    snapshots.save(tenantId, incidentId, now).then((bytes) => {
      saved.bytes = bytes;
    }, failed);
  };

  const catchUp = async (entry: Kept, tenantId: string, incidentId: string): Promise<void> => {
    if (!entry.opened) {
      entry.now = (await snapshots.before(tenantId, incidentId)) ?? entry.now;
      entry.saved.events = entry.now.events;
      entry.opened = true;
    }
    for (;;) {
      const page = await log.read({ tenantId, stream: incidentId, afterSeq: entry.now.seq, ...PAGE });
      entry.now = foldOn(entry.now, page.events);
      const { recent } = entry;
      if (entry.now.events - (recent.at(-1)?.events ?? 0) >= PAGE.limit / 2) recent.push(entry.now);
      while (entry.now.events - (recent[0]?.events ?? entry.now.events) > RECENT_EVENTS) recent.shift();
      keepSnapshot(entry, tenantId, incidentId);
      if (page.events.length === 0 || entry.now.seq >= page.headSeq) return;
      if (entry.waiting === 0) await wait(PAUSE_MS, undefined, { ref: false });
      if (closed) return;
    }
  };

  const open = (name: string, incidentId: string): Kept => {
    const entry = kept.get(name) ?? {
      now: emptyStanding(incidentId),
      recent: [],
      saved: { events: 0, bytes: 0 },
      opened: false,
      waiting: 0,
      catchingUp: Promise.resolve(),
    };
    kept.delete(name);
    kept.set(name, entry);
    for (const [oldest, { waiting }] of kept) {
      if (kept.size <= KEPT) break;
      if (waiting === 0 && oldest !== name) kept.delete(oldest);
    }
    return entry;
  };

  const caughtUp = async (entry: Kept, tenantId: string, incidentId: string): Promise<void> => {
    const done = entry.catchingUp.then(() => catchUp(entry, tenantId, incidentId));
    entry.catchingUp = done.catch(() => undefined);
    await done;
  };

  const get = async (tenantId: string, incidentId: string): Promise<Standing> => {
    const entry = open(`${tenantId}/${incidentId}`, incidentId);
    entry.waiting += 1;
    try {
      await caughtUp(entry, tenantId, incidentId);
    } finally {
      entry.waiting -= 1;
    }
    return entry.now;
  };

  return {
    get,

    async at(tenantId, incidentId, place) {
      const now = await get(tenantId, incidentId);
      if (isBefore(now, place)) return now;
      const recent = kept.get(`${tenantId}/${incidentId}`)?.recent.findLast((standing) => isBefore(standing, place));
      let standing = recent ?? (await snapshots.before(tenantId, incidentId, place)) ?? emptyStanding(incidentId);
      for (;;) {
        const page = await log.read({ tenantId, stream: incidentId, afterSeq: standing.seq, ...PAGE });
        const events = upTo(page.events, standing, place);
        standing = foldOn(standing, events);
        if (events.length < page.events.length || page.events.length === 0) return standing;
      }
    },

    consider(events) {
      for (const { tenantId, stream } of events) {
        if (stream.startsWith('@')) continue;
        const name = `${tenantId}/${stream}`;
        const count = (behind.get(name) ?? 0) + 1;
        behind.set(name, count % SNAPSHOT_EVENTS);
        if (count === SNAPSHOT_EVENTS) caughtUp(open(name, stream), tenantId, stream).catch(failed);
      }
      if (behind.size > COUNTED) behind.clear();
    },

    close() {
      closed = true;
    },
  };
};
