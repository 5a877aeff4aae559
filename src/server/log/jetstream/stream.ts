import {
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import { ulid } from 'ulid';
import type { Names } from './names.ts';

/** For how long JetStream knows the id of a message; a node repeats one for seconds only. */
const DUPLICATE_WINDOW_NS = 120_000_000_000;

const EPOCH = /epoch ([0-9A-Z]{26})/;

/** Where the log's epoch is written down: a stream that is made anew has another. */
const describe = (epoch: string): string => `The log of CauseFlow Live, epoch ${epoch}`;

const epochOf = ({ config, created }: StreamInfo): string => EPOCH.exec(config.description ?? '')?.[1] ?? created;

export type LogStream = { epoch: string; lastSeq: number };

/** Opens the stream of the log, and makes it where there is none; of several nodes that begin at once one makes it. */
export const openStream = async (
  jsm: JetStreamManager,
  names: Names,
  options: { replicas: number; maxBytes: number; epoch?: string | undefined },
): Promise<LogStream> => {
  const find = (): Promise<StreamInfo | undefined> =>
    jsm.streams.info(names.stream).catch((error: unknown) => {
      if (error instanceof Error && error.message === 'stream not found') return undefined;
      throw error;
    });
  const make = (): Promise<StreamInfo> =>
    jsm.streams.add({
      name: names.stream,
      description: describe(options.epoch ?? ulid()),
      subjects: names.subjects,
      storage: StorageType.File,
      num_replicas: options.replicas,
      retention: RetentionPolicy.Limits,
      // A full stream refuses what is new. It never drops what was acknowledged.
      discard: DiscardPolicy.New,
      max_bytes: options.maxBytes,
      duplicate_window: DUPLICATE_WINDOW_NS,
      allow_direct: false,
    });
  const info =
    (await find()) ??
    (await make().catch(async (error: unknown) => {
      const made = await find();
      if (made === undefined) throw error;
      return made;
    }));
  return { epoch: epochOf(info), lastSeq: info.state.last_seq };
};

/** The stream as it is now. */
export const readStream = async (jsm: JetStreamManager, names: Names): Promise<LogStream> => {
  const info = await jsm.streams.info(names.stream);
  return { epoch: epochOf(info), lastSeq: info.state.last_seq };
};

/** Gives the log a new epoch: it has lost what was acknowledged. */
export const renewEpoch = async (jsm: JetStreamManager, names: Names): Promise<string> => {
  const epoch = ulid();
  await jsm.streams.update(names.stream, { description: describe(epoch) });
  return epoch;
};
