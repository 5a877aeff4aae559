import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { type JetStreamClient, StorageType } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { z } from 'zod';
import { SCHEMA_VERSION } from '../schema.ts';
import { removeDatabase } from '../sqlite.ts';
import { streamOf } from './object-stream.ts';
import { withDeadline } from './promises.ts';

/** The one object of the bucket: what is left replaces what was left before. */
const OBJECT = 'replica';
const CHUNK_BYTES = 512 * 1024;
const FETCHED_WITHIN_MS = 300_000;

const About = z.object({
  epoch: z.string(),
  seq: z.string().transform(Number).pipe(z.int().nonnegative()),
  schema: z.string().transform(Number).pipe(z.int().positive()),
});

/** A copy that some node has left: of the log up to the message `seq`. */
export type LeftCopy = {
  seq: number;
  /** Puts it at this path, whole or not at all. Rejects where it is damaged, or replaced meanwhile. */
  fetch(path: string): Promise<void>;
};

export type Copies = {
  /** The copy of the log of this epoch; undefined where none is there that this program can read. */
  find(epoch: string): Promise<LeftCopy | undefined>;
  /** Leaves the file at this path, which holds the log of this epoch up to the message `seq`; one node at a time. */
  leave(path: string, of: { epoch: string; seq: number }, signal: AbortSignal): Promise<void>;
};

/** Copies of the log in JetStream's object store, compressed, of which one is kept. */
export const openCopies = async (js: JetStreamClient, bucket: string, replicas: number): Promise<Copies> => {
  const store = await new Objm(js).create(bucket, {
    replicas,
    storage: StorageType.File,
    description: 'Copies of the log, for nodes that begin with none. They can be removed at any time.',
  });

  /** Removes what a node has left of a copy when it was ended in the middle of it. */
  const removeRemains = async (): Promise<void> => {
    const jsm = await js.jetstreamManager();
    const stream = `OBJ_${bucket}`;
    const chunks = `$O.${bucket}.C.`;
    const kept = chunks + String((await store.info(OBJECT))?.nuid);
    const { state } = await jsm.streams.info(stream, { subjects_filter: `${chunks}>` });
    for (const subject of Object.keys(state.subjects ?? {}))
      if (subject !== kept) await jsm.streams.purge(stream, { filter: subject });
  };

  const fetch = async (path: string): Promise<void> => {
    const found = await store.get(OBJECT);
    if (found === null) throw new Error('The copy of the log is gone.');
    const partial = `${path}.part`;
    try {
      await pipeline(Readable.from(found.data), createGunzip(), createWriteStream(partial));
      const error = await found.error;
      if (error !== null && error !== undefined) throw error;
      await removeDatabase(path);
      await rename(partial, path);
    } finally {
      await rm(partial, { force: true });
    }
  };

  return {
    async find(epoch) {
      const about = About.safeParse((await store.info(OBJECT))?.metadata);
      if (!about.success || about.data.epoch !== epoch || about.data.schema > SCHEMA_VERSION) return undefined;
      return { seq: about.data.seq, fetch: (path) => withDeadline(fetch(path), FETCHED_WITHIN_MS) };
    },

    async leave(path, { epoch, seq }, signal) {
      await removeRemains();
      const file = createReadStream(path, { signal });
      const packed = file.pipe(createGzip({ level: constants.Z_BEST_SPEED }));
      // A pipe hands on what is read, but not that reading has failed.
      file.once('error', (error) => packed.destroy(error));
      await store.put(
        {
          name: OBJECT,
          metadata: { epoch, seq: String(seq), schema: String(SCHEMA_VERSION) },
          options: { max_chunk_size: CHUNK_BYTES },
        },
        streamOf(packed),
      );
    },
  };
};
