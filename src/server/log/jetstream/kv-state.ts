import { DeliverPolicy, JetStreamApiCodes, JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { type KvEntry, Kvm } from '@nats-io/kv';
import { z } from 'zod';
import { LogUnavailable } from '../event-log.ts';
import type { Entry, StateStore } from '../state-store.ts';
import { assertStorable } from '../storable.ts';

/** How often entries that have expired are removed; until then they are only ignored. */
const SWEEP_EVERY_MS = 600_000;
/** A change that others keep coming before is given up after this. */
const MAX_TRIES = 50;

const SWEPT_AT_ONCE = 500;
const SWEEP_WAITS_MS = 1_000;

const Stored = z.object({ value: z.unknown(), expiresAt: z.number().nullable() });

const isLiveAt = (stored: unknown, now: number): boolean => (Stored.parse(stored).expiresAt ?? now + 1) > now;

type Found = { entry: KvEntry; value: unknown; isLive: boolean };

const isOutdated = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown);

const unavailable = (error: unknown): LogUnavailable =>
  new LogUnavailable(error instanceof Error ? error.message : String(error));

/** A key of NATS for any bucket and key of ours. */
const nameOf = (bucket: string, key: string): string => {
  assertStorable(bucket, key);
  return `${Buffer.from(bucket).toString('base64url')}.${Buffer.from(key).toString('base64url') || '='}`;
};

/** A change of one entry: undefined where somebody else changed it first. */
const attempt = async <Result>(change: () => Promise<Result>): Promise<Result | undefined> => {
  try {
    return await change();
  } catch (error) {
    if (isOutdated(error)) return undefined;
    throw unavailable(error);
  }
};

/** The state of all nodes in one bucket of NATS' key-value store; a revision is the entry's place in its stream. */
export const openKvState = async (
  js: JetStreamClient,
  bucketName: string,
  options: { replicas: number; now: () => number },
): Promise<{ state: StateStore; close(): void }> => {
  const { now, replicas } = options;
  // Not answered by any replica that may be behind: what was put on one node is there on the others at once.
  const kv = await new Kvm(js).create(bucketName, { history: 1, replicas, allow_direct: false });

  const find = async (name: string): Promise<Found | undefined> => {
    const entry = await kv.get(name).catch((error: unknown) => {
      throw unavailable(error);
    });
    if (entry === null || entry.operation !== 'PUT') return undefined;
    const { value, expiresAt } = Stored.parse(entry.json());
    return { entry, value, isLive: expiresAt === null || expiresAt > now() };
  };

  const timer = setInterval(() => void sweep(js, bucketName, now).catch(() => undefined), SWEEP_EVERY_MS).unref();

  const state: StateStore = {
    async get<T>(bucket: string, key: string): Promise<Entry<T> | undefined> {
      const found = await find(nameOf(bucket, key));
      return found?.isLive ? { value: found.value as T, revision: found.entry.revision } : undefined;
    },

    async put(bucket, key, value, { ttlMs, expect } = {}) {
      const name = nameOf(bucket, key);
      if (JSON.stringify(value) === undefined) {
        throw new TypeError(`The value of ${bucket}/${key} cannot be stored as JSON.`);
      }
      const data = JSON.stringify({ value, expiresAt: ttlMs === undefined ? null : now() + ttlMs });
      if (expect === undefined) return attempt(() => kv.put(name, data));
      const found = await find(name);
      if (expect === 'absent') {
        if (found?.isLive) return undefined;
        return attempt(() =>
          found === undefined ? kv.create(name, data) : kv.update(name, data, found.entry.revision),
        );
      }
      if (!found?.isLive || found.entry.revision !== expect) return undefined;
      return attempt(() => kv.update(name, data, expect));
    },

    async take<T>(bucket: string, key: string): Promise<Entry<T> | undefined> {
      const name = nameOf(bucket, key);
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const found = await find(name);
        if (!found?.isLive) return undefined;
        const { revision } = found.entry;
        const taken = await attempt(async () => {
          await kv.delete(name, { previousSeq: revision });
          return true;
        });
        if (taken) return { value: found.value as T, revision };
      }
      throw new LogUnavailable('The entry changes too quickly to be taken.');
    },

    async delete(bucket, key) {
      const name = nameOf(bucket, key);
      await attempt(() => kv.delete(name));
    },
  };
  return { state, close: () => clearInterval(timer) };
};

/** Removes what has expired and what is left of entries that were deleted; what has changed meanwhile stays. */
const sweep = async (js: JetStreamClient, bucketName: string, now: () => number): Promise<void> => {
  const stream = `KV_${bucketName}`;
  const consumer = await js.consumers.get(stream, { deliver_policy: DeliverPolicy.LastPerSubject });
  const jsm = await js.jetstreamManager();
  for (;;) {
    let seen = 0;
    for await (const message of await consumer.fetch({ max_messages: SWEPT_AT_ONCE, expires: SWEEP_WAITS_MS })) {
      seen += 1;
      const isLive = !message.headers?.has('KV-Operation') && isLiveAt(message.json(), now());
      // By its seq: an entry that was changed has another one.
      if (!isLive) await jsm.streams.deleteMessage(stream, message.seq, false).catch(() => undefined);
    }
    if (seen < SWEPT_AT_ONCE) return;
  }
};
