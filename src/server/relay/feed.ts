import { MAX_BATCH_EVENTS } from '../../protocol/connection.ts';
import { encodeEvent } from '../../protocol/json-rpc.ts';
import type { EventLog, LoggedEvent, StreamName } from '../log/event-log.ts';
import { type Meters, observe } from '../metrics/meters.ts';
import type { Encoded, Hub } from './hub.ts';
import type { Sink } from './sink.ts';

export type FeedOptions = StreamName & {
  log: EventLog;
  hub: Hub;
  sink: Sink;
  meters: Meters;
  /** Everything with a greater seq is delivered. */
  afterSeq: number;
  batch: boolean;
  wants: (event: LoggedEvent) => boolean;
  onFailure: (error: unknown) => void;
};

export type Feed = {
  start(): void;
  stop(): void;
  /** Where it began: it is about the events after this seq. */
  afterSeq: number;
  /** The seq up to which it has delivered, or passed over, the events. */
  position(): number;
  /** How many events it has still to go through, as far as it knows. */
  lag(): number;
  /** It fell behind the live feed, and has not caught up with it yet. */
  isSlow(): boolean;
  /** Goes through the events after this seq again, where it has passed them. */
  rewind(seq: number): void;
};

/**
 * One subscription's events, each once and in order. It reads the log page by page until it has caught up with the
 * live feed, then takes events as they come; when the reader falls behind it goes back to reading pages, so that
 * what a slow reader has not taken is in the log and not in memory.
 */
export const createFeed = (options: FeedOptions): Feed => {
  const { log, hub, sink, meters, tenantId, stream, batch } = options;
  let cursor = options.afterSeq;
  let knownHead = 0;
  let isLive = false;
  let isSlow = false;
  let isStopped = false;

  const write = (texts: readonly string[]): void => {
    meters.deliveries += texts.length;
    if (!batch) for (const text of texts) sink.send(text);
    else
      for (let from = 0; from < texts.length; from += MAX_BATCH_EVENTS) {
        const part = texts.slice(from, from + MAX_BATCH_EVENTS);
        sink.send(part.length === 1 ? (part[0] ?? '') : `[${part.join(',')}]`);
      }
  };

  const fallBehind = (): void => {
    meters.fellBehind += 1;
    isSlow = true;
    replay();
  };

  const onLive = (events: readonly Encoded[]): void => {
    if (!isLive) return;
    let texts: string[] = [];
    let left = sink.leftBytes();
    for (const { event, text } of events) {
      if (event.seq <= cursor) continue;
      if (left < 0) {
        // What the reader takes at once takes up no memory.
        write(texts);
        texts = [];
        left = sink.leftBytes();
        if (left < 0) return fallBehind();
      }
      cursor = event.seq;
      if (!options.wants(event)) continue;
      texts.push(text);
      left -= text.length;
    }
    write(texts);
  };

  const topic = hub.join({ tenantId, stream }, onLive);

  const readOn = async (): Promise<void> => {
    while (!isStopped && (await sink.room())) {
      const from = cursor;
      const begunAt = performance.now();
      const page = await log.read({
        tenantId,
        stream,
        afterSeq: cursor,
        limit: MAX_BATCH_EVENTS,
        maxBytes: sink.pageBytes(),
      });
      observe(meters.replaySeconds, (performance.now() - begunAt) / 1_000);
      meters.replayPages += 1;
      meters.replayEvents += page.events.length;
      knownHead = page.headSeq;
      if (isStopped) return;
      if (cursor !== from) continue;
      const wanted = page.events.filter(options.wants);
      cursor = page.events.at(-1)?.seq ?? cursor;
      write(wanted.map((event) => encodeEvent(event.method, event.seq, event.params)));
      if (cursor >= page.headSeq && cursor >= topic.headSeq()) {
        isLive = true;
        isSlow = false;
        return;
      }
    }
  };

  const replay = (): void => {
    isLive = false;
    readOn().catch(options.onFailure);
  };

  return {
    start: replay,
    stop() {
      isStopped = true;
      isLive = false;
      topic.leave();
    },
    afterSeq: options.afterSeq,
    position: () => cursor,
    lag: () => Math.max(0, Math.max(knownHead, topic.headSeq()) - cursor),
    isSlow: () => isSlow,
    rewind(seq) {
      if (isStopped || seq >= cursor) return;
      cursor = seq;
      if (isLive) replay();
    },
  };
};
