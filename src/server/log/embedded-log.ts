import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createMeters, type Meters, observe } from '../metrics/meters.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { createEmbeddedState } from './embedded-state.ts';
import type { AppendResult, EventLog } from './event-log.ts';
import { type KnownHeads, noteKnownHeads, readKnownHeads } from './known-heads.ts';
import { createReads, toRequest, toResult } from './local-reads.ts';
import type { StateStore } from './state-store.ts';
import { TailFeed } from './tail-feed.ts';
import { replyOf } from './wire.ts';
import { makeReader, makeWriter, type Reader, type Writer } from './workers.ts';

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
  const writer = makeWriter({ path, feed, meters, known });
  const reader = makeReader(path);
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
}): EventLog => ({
  epoch,
  ...createReads(reader),

  async append(append): Promise<AppendResult> {
    const request = toRequest(append);
    const begunAt = performance.now();
    const reply = await writer.call(request);
    observe(meters.appendSeconds, (performance.now() - begunAt) / 1_000);
    return toResult(append.events, reply[0] === 'refused' ? reply : replyOf(reply, 'appended'));
  },

  caughtUp: () => Promise.resolve(),
  tail: (listener) => feed.tail(listener),
  health: () => (writer.available ? 'healthy' : 'unavailable'),
  close,
});
