import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Meters } from '../../metrics/meters.ts';
import { DAMAGED } from '../integrity.ts';
import { DATABASE_SUFFIXES, removeDatabase } from '../sqlite.ts';
import { TailFeed } from '../tail-feed.ts';
import { type AppendReply, type Applied, replyOf } from '../wire.ts';
import { makeReader, makeWriter, type Reader, type Writer } from '../workers.ts';
import type { Message } from './follower.ts';
import { POSITIONS } from './message.ts';

const PREFIX = 'replica-';

/**
 * The copy of the log on which this node reads: a database that is made anew from the stream whenever it is missing,
 * damaged or of another log. What it holds is never asked for by others.
 */
export type Replica = {
  /** Where its database is. */
  path: string;
  feed: TailFeed;
  reader: Reader;
  /** The message that was applied last when it was opened. */
  applied: Applied;
  available(): boolean;
  /** The message that was applied last, by the database. All that was committed up to it has been told to the feed. */
  readApplied(): Promise<Applied>;
  apply(message: Message): Promise<readonly AppendReply[]>;
  close(): Promise<void>;
};

const pathOf = (dataDir: string, name: string, epoch: string): string =>
  join(dataDir, `${PREFIX}${name}-${epoch.replace(/[^\w]/g, '_')}.db`);

/** Removes the copies of logs that are no more, and what was begun beside this one. */
const clear = async (dataDir: string, keep: string): Promise<void> => {
  const kept = DATABASE_SUFFIXES.map((suffix) => keep + suffix);
  for (const file of await readdir(dataDir)) {
    const path = join(dataDir, file);
    if (file.startsWith(PREFIX) && !kept.includes(path)) await rm(path, { force: true });
  }
};

const open = async (path: string, meters: Meters): Promise<Replica> => {
  const feed = new TailFeed();
  const writer: Writer = makeWriter({ path, feed, meters, isReplica: true });
  const reader: Reader = makeReader(path, true);
  const close = async (): Promise<void> => {
    try {
      await reader.close();
    } finally {
      await writer.close();
    }
  };
  try {
    const { applied } = await writer.open();
    await reader.open();
    return {
      path,
      feed,
      reader,
      applied,
      available: () => writer.available,
      async readApplied() {
        // Changes nothing, and is answered once all that was committed before is told, also by a writer that was lost.
        await writer.call(['delete', '', '']);
        return replyOf(await reader.call(['applied']), 'appliedTo')[1];
      },
      async apply({ seq, mark, previousSeq, appends }) {
        const reply = await writer.call(['apply', seq, mark, previousSeq, seq * POSITIONS, appends]);
        return replyOf(reply, 'applied')[1];
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

type ReplicaOptions = {
  dataDir: string;
  name: string;
  epoch: string;
  meters: Meters;
};

/** Opens the copy of the log of this name and epoch in `dataDir`; one that is damaged is begun anew. */
export const openReplica = async ({ dataDir, name, epoch, meters }: ReplicaOptions): Promise<Replica> => {
  const path = pathOf(dataDir, name, epoch);
  await clear(dataDir, path);
  return open(path, meters).catch(async (error: unknown) => {
    if (!(error instanceof Error && error.message.startsWith(DAMAGED))) throw error;
    await removeDatabase(path);
    return open(path, meters);
  });
};
