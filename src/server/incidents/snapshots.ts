import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { IncidentEvent } from '../../incident/event.ts';
import type { Investigation } from '../../incident/state.ts';
import { FOLD_VERSION, isStoredState, restoreState, storeState } from '../../incident/stored-state.ts';
import type { StateStore } from '../log/state-store.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const BUCKET = 'investigation-snapshots';
/** A replicated store takes values of 1 MiB at the most. */
const PART_CHARS = 512 * 1024;
/** Read ones that stay in memory: a reader who seeks to and fro comes back to the same ones. */
const KEPT = 8;

/** What the first `events` events of an incident amount to, up to `seq`. */
export type Standing = {
  seq: number;
  events: number;
  investigation: Investigation;
  /** The newest seq of an event about this plan: what a decision on it compares with. */
  keySeq: ReadonlyMap<string, number>;
  /** The events of plans, oldest first: who decided, and the words in which it was proposed. */
  planEvents: readonly IncidentEvent[];
};

/** A place in an incident: after this seq, after so many events, or before the first event later than a time. */
export type Place = { seq: number } | { events: number } | { time: number };

type Entry = { seq: number; events: number; at: number | null; parts: number };
type Index = { foldVersion: number; epoch: string; entries: readonly Entry[] };

const isBefore = (entry: Entry, place: Place): boolean =>
  'seq' in place
    ? entry.seq <= place.seq
    : 'events' in place
      ? entry.events <= place.events
      : (entry.at ?? 0) <= place.time;

/**
 * States of investigations that are kept beside the log, so that nobody folds it from its start. They can all be lost:
 * one of another epoch, of another fold or with a part missing is as if it had never been written.
 */
export const createSnapshots = (state: StateStore, epoch: string) => {
  const read = new Map<string, Standing>();

  const indexOf = async (name: string): Promise<{ entries: readonly Entry[]; revision: number | 'absent' }> => {
    const found = await state.get<Index>(BUCKET, name);
    if (found === undefined) return { entries: [], revision: 'absent' };
    const { foldVersion, epoch: known, entries } = found.value;
    return { entries: foldVersion === FOLD_VERSION && known === epoch ? entries : [], revision: found.revision };
  };

  const load = async (name: string, entry: Entry): Promise<Standing | undefined> => {
    const key = `${name}/${entry.seq}`;
    const known = read.get(key);
    if (known !== undefined) return known;
    const parts = await Promise.all(
      Array.from({ length: entry.parts }, (_, part) => state.get<string>(BUCKET, `${key}/${part}`)),
    );
    if (parts.some((part) => part === undefined)) return undefined;
    const packed = Buffer.from(parts.map((part) => part?.value ?? '').join(''), 'base64');
    const stored = JSON.parse((await unpack(packed)).toString());
    if (!isStoredState(stored.investigation)) return undefined;
    const standing: Standing = {
      seq: entry.seq,
      events: entry.events,
      investigation: restoreState(stored.investigation),
      keySeq: new Map(stored.keySeq),
      planEvents: stored.planEvents,
    };
    for (const oldest of read.keys()) {
      if (read.size < KEPT) break;
      read.delete(oldest);
    }
    read.set(key, standing);
    return standing;
  };

  return {
    /** The newest that is not behind the place, or of all; undefined where there is none that can be read. */
    async before(tenantId: string, incidentId: string, place?: Place): Promise<Standing | undefined> {
      const name = `${tenantId}/${incidentId}`;
      const { entries } = await indexOf(name);
      const entry = entries.findLast((known) => place === undefined || isBefore(known, place));
      return entry === undefined ? undefined : load(name, entry);
    },

    /** Resolves to how many bytes it takes, once it is durable. */
    async save(tenantId: string, incidentId: string, standing: Standing): Promise<number> {
      const { seq, events, investigation, keySeq, planEvents } = standing;
      const name = `${tenantId}/${incidentId}`;
      const stored = { investigation: storeState(investigation), keySeq: [...keySeq], planEvents };
      const packed = (await pack(JSON.stringify(stored))).toString('base64');
      const parts = Math.max(1, Math.ceil(packed.length / PART_CHARS));
      for (let part = 0; part < parts; part += 1) {
        const text = packed.slice(part * PART_CHARS, (part + 1) * PART_CHARS);
        await state.put(BUCKET, `${name}/${seq}/${part}`, text);
      }
      // Another node may have added one meanwhile: both say the same of the same events.
      for (;;) {
        const { entries, revision } = await indexOf(name);
        const others = entries.filter((entry) => entry.seq !== seq);
        const next = [...others, { seq, events, at: investigation.lastAt, parts }].sort((a, b) => a.seq - b.seq);
        const index: Index = { foldVersion: FOLD_VERSION, epoch, entries: next };
        if ((await state.put(BUCKET, name, index, { expect: revision })) !== undefined) return packed.length;
      }
    },
  };
};
