import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledUrl } from '../compiled.ts';
import { createMeters, type Meters, observe } from '../metrics/meters.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { createEmbeddedState } from './embedded-state.ts';
import type { AppendResult, EventLog, LoggedEvent } from './event-log.ts';
import { type KnownHeads, noteKnownHeads, readKnownHeads } from './known-heads.ts';
import type { Scanned } from './scanner.ts';
import type { StateStore } from './state-store.ts';
import { assertStorable } from './storable.ts';
import { TailFeed } from './tail-feed.ts';
import { type ReadReply, type ReadRequest, replyOf, type WriteReply, type WriteRequest } from './wire.ts';
import { WorkerChannel } from './worker-channel.ts';

type Writer = WorkerChannel<WriteRequest, WriteReply>;
type Reader = WorkerChannel<ReadRequest, ReadReply>;

/** Bounds a group commit, and with it how long an append can wait behind others. */
const MAX_GROUP = 1_024;
const MAX_GROUP_CHARS = 4 * 1024 * 1024;
/** Bounds how much one message of the reader can hold. */
const MAX_READS = 16;

const SWEEP_INTERVAL_MS = 60_000;
const PROBE_INTERVAL_MS = 1_000;

/**
 * Opens the log and the state store in `dataDir`, which is made if need be and held for this process alone.
 * `close` answers what was accepted before, and rejects where the storage does not answer; it is the log's own.
 */
export const openEmbeddedLog = async ({
  dataDir,
  now = Date.now,
  meters = createMeters(),
}: {
  dataDir: string;
  now?: () => number;
  meters?: Meters;
}): Promise<{ log: EventLog; state: StateStore; close(): Promise<void> }> => {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unlock = await lockDataDir(dataDir);
  const feed = new TailFeed();
  const path = join(dataDir, 'log.db');
  const known = await readKnownHeads(dataDir);
  const writer = openWriter(path, feed, meters, known);
  const reader = openReader(path);
  const release = async (): Promise<void> => {
    // The reader first: the last connection to close folds the WAL into the database, and only the writer can.
    try {
      await reader.close();
    } finally {
      await writer.close().finally(unlock);
    }
  };
  try {
    const { epoch } = await writer.open();
    await reader.open();
    const stopSweeping = sweep(writer, now);
    const note = noteHeads(dataDir, epoch, known, feed);
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => {
      stopSweeping();
      closed ??= note.stop().then(release);
      return closed;
    };
    return {
      log: createLog({ epoch, writer, reader, feed, meters, close }),
      state: createEmbeddedState(writer, reader, now),
      close,
    };
  } catch (error) {
    await release();
    throw error;
  }
};

const openWriter = (path: string, feed: TailFeed, meters: Meters, known: KnownHeads): Writer =>
  new WorkerChannel({
    url: compiledUrl(import.meta.url, './log-worker.ts'),
    setup: () => ({ role: 'writer', path, tailedTo: feed.position, known }),
    maxBatch: MAX_GROUP,
    maxWeight: MAX_GROUP_CHARS,
    weigh: (request) =>
      request[0] === 'append' ? request[3].reduce((sum, [, , , params]) => sum + params.length, 0) : 0,
    onReady: (ready) => feed.start(ready),
    onReplies(requests, replies, commitMs) {
      observe(meters.commitSeconds, commitMs / 1_000);
      observe(meters.commitRequests, requests.length);
      feed.tellCommitted(requests, replies);
    },
  });

const openReader = (path: string): Reader =>
  new WorkerChannel({
    url: compiledUrl(import.meta.url, './log-worker.ts'),
    setup: () => ({ role: 'reader', path, tailedTo: null, known: new Map() }),
    maxBatch: MAX_READS,
    maxWeight: Number.POSITIVE_INFINITY,
    weigh: () => 0,
  });

/** Removes expired state now and then; while the storage refuses, tries every second whether it takes writes again. */
const sweep = (writer: Writer, now: () => number): (() => void) => {
  let sweptAt = performance.now();
  const timer = setInterval(() => {
    if (writer.available && performance.now() - sweptAt < SWEEP_INTERVAL_MS) return;
    sweptAt = performance.now();
    // Its failure is what health() tells.
    writer.call(['sweep', now()]).catch(() => undefined);
  }, PROBE_INTERVAL_MS).unref();
  return () => clearInterval(timer);
};

/** Notes each second how far the log has come, and once more at the end. */
const noteHeads = (dataDir: string, epoch: string, known: KnownHeads, feed: TailFeed): { stop(): Promise<void> } => {
  let noted = -1;
  let noting: Promise<void> = Promise.resolve();
  const note = (): Promise<void> => {
    const position = feed.position ?? 0;
    if (position === noted) return noting;
    noted = position;
    // Where there is no room for it, the log itself says so.
    noting = noting.then(() => noteKnownHeads(dataDir, new Map([...known, [epoch, position]]))).catch(() => undefined);
    return noting;
  };
  const timer = setInterval(() => void note(), PROBE_INTERVAL_MS).unref();
  return {
    stop() {
      clearInterval(timer);
      return note();
    },
  };
};

const createLog = ({
  epoch,
  writer,
  reader,
  feed,
  meters,
  close,
}: {
  epoch: string;
  writer: Writer;
  reader: Reader;
  feed: TailFeed;
  meters: Meters;
  close: () => Promise<void>;
}): EventLog => {
  const head = async (tenantId: string, stream: string): Promise<number> => {
    assertStorable(tenantId, stream);
    return replyOf(await reader.call(['head', tenantId, stream]), 'head')[1];
  };

  return {
    epoch,

    async append({ tenantId, stream, events, expect }): Promise<AppendResult> {
      assertStorable(tenantId, stream, expect?.key);
      const tuples = events.map(({ eventId, method, key, params }) => {
        assertStorable(eventId, method, key, params);
        return [eventId, method, key, params] as const;
      });
      const begunAt = performance.now();
      const reply = await writer.call(['append', tenantId, stream, tuples, expect?.key ?? null, expect?.seq ?? 0]);
      observe(meters.appendSeconds, (performance.now() - begunAt) / 1_000);
      if (reply[0] === 'refused') return { ok: false, seq: reply[1] };
      const [, seqsAndPositions] = replyOf(reply, 'appended');
      const appended = events.map(({ eventId }, index) => ({
        eventId,
        seq: seqsAndPositions[2 * index] ?? 0,
        duplicate: seqsAndPositions[2 * index + 1] === 0,
      }));
      return { ok: true, appended };
    },

    async read(range) {
      assertStorable(range.tenantId, range.stream);
      return replyOf(await reader.call(['read', range]), 'page')[1];
    },

    head: ({ tenantId, stream }) => head(tenantId, stream),

    // Dense seqs and no deletion: the newest seq is the count.
    count: ({ tenantId, stream }) => head(tenantId, stream),

    async scan({ afterPosition, limit, maxBytes = Number.MAX_SAFE_INTEGER, tenantId = null, methods = null }) {
      assertStorable(tenantId ?? undefined, ...(methods ?? []));
      const events: LoggedEvent[] = [];
      let bytes = 0;
      let after: Scanned['examinedTo'] = afterPosition;
      while (typeof after === 'number' && events.length < limit) {
        const rest = { limit: limit - events.length, maxBytes: maxBytes - bytes };
        const request: ReadRequest = ['scan', { afterPosition: after, ...rest, tenantId, methods }];
        const [, step]: Extract<ReadReply, readonly ['scanned', ...unknown[]]> = replyOf(
          await reader.call(request),
          'scanned',
        );
        const stepBytes = step.events.reduce((sum, { params }) => sum + Buffer.byteLength(params), 0);
        // A step holds one event whatever its size; it goes alone.
        if (events.length > 0 && stepBytes > rest.maxBytes) break;
        events.push(...step.events);
        bytes += stepBytes;
        after = step.examinedTo;
      }
      return events;
    },

    async find(tenantId, eventId) {
      assertStorable(tenantId, eventId);
      return replyOf(await reader.call(['find', tenantId, eventId]), 'found')[1];
    },

    tail: (listener) => feed.tail(listener),
    health: () => (writer.available ? 'healthy' : 'unavailable'),
    close,
  };
};
