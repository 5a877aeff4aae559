import { compiledUrl } from '../compiled.ts';
import { type Meters, observe } from '../metrics/meters.ts';
import type { KnownHeads } from './known-heads.ts';
import type { TailFeed } from './tail-feed.ts';
import type { AppendRequest, ReadReply, ReadRequest, WriteReply, WriteRequest } from './wire.ts';
import { WorkerChannel } from './worker-channel.ts';

export type Writer = WorkerChannel<WriteRequest, WriteReply>;
export type Reader = WorkerChannel<ReadRequest, ReadReply>;

/** Bounds a group commit, and with it how long an append can wait behind others. */
const MAX_GROUP = 1_024;
const MAX_GROUP_CHARS = 4 * 1024 * 1024;
/** Bounds how much one message of the reader can hold. */
const MAX_READS = 16;

const charsOf = (append: AppendRequest): number => append[3].reduce((sum, [, , , params]) => sum + params.length, 0);

const weigh = (request: WriteRequest): number => {
  if (request[0] === 'append') return charsOf(request);
  return request[0] === 'apply' ? request[5].reduce((sum, append) => sum + charsOf(append), 0) : 0;
};

/** The channel to the thread that writes the database at `path`; what it commits, `feed` tells. Not open yet. */
export const makeWriter = (options: {
  path: string;
  feed: TailFeed;
  meters: Meters;
  known?: KnownHeads;
  isReplica?: boolean;
}): Writer => {
  const { path, feed, meters, known = new Map(), isReplica = false } = options;
  return new WorkerChannel({
    url: compiledUrl(import.meta.url, './log-worker.ts'),
    setup: () => ({ role: 'writer', path, tailedTo: feed.position, known, isReplica }),
    maxBatch: MAX_GROUP,
    maxWeight: MAX_GROUP_CHARS,
    weigh,
    onReady: (ready) => feed.start(ready),
    onReplies(requests, replies, commitMs) {
      observe(meters.commitSeconds, commitMs / 1_000);
      observe(meters.commitRequests, requests.length);
      feed.tellCommitted(requests, replies);
    },
  });
};

/** The channel to the thread that reads the database at `path`, which must be there. Not open yet. */
export const makeReader = (path: string, isReplica = false): Reader =>
  new WorkerChannel({
    url: compiledUrl(import.meta.url, './log-worker.ts'),
    setup: () => ({ role: 'reader', path, tailedTo: null, known: new Map(), isReplica }),
    maxBatch: MAX_READS,
    maxWeight: Number.POSITIVE_INFINITY,
    weigh: () => 0,
  });
