import { createHash, type Hash } from 'node:crypto';
import type { EventLog, StreamName } from '../log/event-log.ts';
import { describeStream, nameOf, pagesOf } from './streams.ts';

type Sum = { of: StreamName; count: number; hash: Hash };

/** Of each stream how many events it has, and a SHA-256 over them in their order. */
const sumsOf = async (log: EventLog): Promise<Map<string, Sum>> => {
  const sums = new Map<string, Sum>();
  for await (const page of pagesOf(log)) {
    for (const event of page) {
      const name = nameOf(event);
      const sum = sums.get(name) ?? { of: event, count: 0, hash: createHash('sha256') };
      sum.count += 1;
      sum.hash.update(JSON.stringify([event.seq, event.eventId, event.method, event.key, event.params]));
      sums.set(name, sum);
    }
  }
  return sums;
};

export type Verified = { events: number; streams: number };

/**
 * Reads both logs from end to end. Rejects with the stream that differs, where the second has not exactly the events of
 * the first: as many, each with its `seq`, id, method, key and params, byte for byte.
 */
export const verifyCopy = async (from: EventLog, to: EventLog): Promise<Verified> => {
  const [ours, theirs] = await Promise.all([sumsOf(from), sumsOf(to)]);
  let events = 0;
  for (const [name, { of, count, hash }] of ours) {
    const other = theirs.get(name);
    theirs.delete(name);
    if (other?.count !== count) {
      throw new Error(`the copy is not whole: ${describeStream(of)} has ${other?.count ?? 0} of ${count} events`);
    }
    if (other.hash.digest('hex') !== hash.digest('hex')) {
      throw new Error(`the copy is not true: ${describeStream(of)} has other events there`);
    }
    events += count;
  }
  for (const { of, count } of theirs.values()) {
    throw new Error(`the copy has more than the original: ${describeStream(of)} with ${count} events`);
  }
  return { events, streams: ours.size };
};
