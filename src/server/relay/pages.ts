import { MAX_BATCH_EVENTS } from '../../protocol/connection.ts';
import { encodeEvent } from '../../protocol/json-rpc.ts';
import type { EventLog, LoggedEvent, StreamName } from '../log/event-log.ts';
import { type SharedFrames, shareFrames } from './frames.ts';

/** What pages may take up together that nobody reads at the moment: the last few of a crowd that came back at once. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A page is its events and its frames, in batches and one by one. */
const COPIES = 3;
/** What an empty one takes up. */
const OVERHEAD_BYTES = 1_024;

export type SharedPage = {
  events: readonly LoggedEvent[];
  /** The newest seq of the stream when it was read. */
  headSeq: number;
  frames: SharedFrames;
};

type Entry = { page: Promise<SharedPage>; read: SharedPage | null; bytes: number };

/** It reaches less far than what is known to be there by now, and no bound has ended it. */
const isOutdated = ({ events, headSeq }: SharedPage, afterSeq: number, knownHead: number): boolean => {
  const end = events.at(-1)?.seq ?? afterSeq;
  return end < knownHead && (events.length === 0 || end >= headSeq);
};

/**
 * Pages of the log for readers that come back at the same time: those who read on from the same event share one read
 * and one encoding. `watch` opens a stream's pages to somebody who hears of every event from then on and says which
 * was the newest (`knownHead`): a page that ends at the stream's head holds only until there is another event.
 */
export const createPages = (log: EventLog) => {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  let watched = 0;

  const drop = (name: string, entry: Entry): void => {
    if (entries.get(name) !== entry) return;
    bytes -= entry.bytes;
    entries.delete(name);
  };

  const keep = (name: string, entry: Entry, page: SharedPage): void => {
    if (entries.get(name) !== entry) return;
    entry.read = page;
    entry.bytes = page.events.reduce((sum, { params }) => sum + COPIES * params.length, OVERHEAD_BYTES);
    bytes += entry.bytes;
    for (const [oldest, known] of entries) {
      if (bytes <= MOST_BYTES) break;
      if (known.read !== null) drop(oldest, known);
    }
  };

  const read = async (stream: StreamName, afterSeq: number, maxBytes: number): Promise<SharedPage> => {
    const { events, headSeq } = await log.read({ ...stream, afterSeq, limit: MAX_BATCH_EVENTS, maxBytes });
    const texts = (): string[] => events.map(({ method, seq, params }) => encodeEvent(method, seq, params));
    return { events, headSeq, frames: shareFrames(texts) };
  };

  return {
    watch(stream: StreamName, knownHead: () => number) {
      watched += 1;
      const id = watched;
      /** The events after this seq: as many as a frame may hold and no more than so many bytes, but at least one. */
      return (afterSeq: number, maxBytes: number): Promise<SharedPage> => {
        const name = `${id}:${afterSeq}:${maxBytes}`;
        const known = entries.get(name);
        if (known !== undefined) {
          if (known.read === null || !isOutdated(known.read, afterSeq, knownHead())) return known.page;
          drop(name, known);
        }
        const entry: Entry = { page: read(stream, afterSeq, maxBytes), read: null, bytes: 0 };
        entries.set(name, entry);
        entry.page.then(
          (page) => keep(name, entry, page),
          () => drop(name, entry),
        );
        return entry.page;
      };
    },
  };
};
