import { encodeEvent } from '../../protocol/json-rpc.ts';
import type { LoggedEvent, StreamName } from '../log/event-log.ts';
import { type Meters, observe } from '../metrics/meters.ts';
import { encodeFrames, type SharedFrames } from './frames.ts';
import type { Encoded, Hub } from './hub.ts';
import type { SharedPage } from './pages.ts';
import { NOTHING, type Sink } from './sink.ts';

export type FeedOptions = StreamName & {
  hub: Pick<Hub, 'join'>;
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
 * what a slow reader has not taken is in the log and not in memory. Pages and frames are those of all who read the same.
 */
export const createFeed = (options: FeedOptions): Feed => {
  const { hub, sink, meters, tenantId, stream, batch, wants } = options;
  let cursor = options.afterSeq;
  let knownHead = 0;
  let isLive = false;
  let isSlow = false;
  let isStopped = false;

  const fallBehind = (): void => {
    meters.fellBehind += 1;
    isSlow = true;
    replay();
  };

  const onLive = (events: readonly Encoded[], frames: SharedFrames): void => {
    const last = events.at(-1)?.event.seq ?? 0;
    if (!isLive || last <= cursor) return;
    const wanted = events.filter(({ event }) => event.seq > cursor && wants(event));
    if (wanted.length > 0) {
      const isAll = wanted.length === events.length;
      const texts = (): string[] => wanted.map(({ text }) => text);
      if (!sink.offer(isAll ? frames(batch) : encodeFrames(texts(), batch))) return fallBehind();
    }
    cursor = last;
    meters.deliveries += wanted.length;
  };

  const topic = hub.join({ tenantId, stream }, onLive);

  const readOn = async (): Promise<void> => {
    let need = 0;
    while (!isStopped && (await sink.room(need))) {
      const from = cursor;
      const begunAt = performance.now();
      const page = await topic.page(from, sink.pageBytes());
      observe(meters.replaySeconds, (performance.now() - begunAt) / 1_000);
      meters.replayPages += 1;
      meters.replayEvents += page.events.length;
      knownHead = page.headSeq;
      const isNeeded = !isStopped && cursor === from;
      const wanted = isNeeded ? page.events.filter(wants) : [];
      const bytes = wanted.length === 0 ? NOTHING : framesOf(page, wanted);
      need = sink.fill(bytes) ? 0 : bytes.length;
      if (!isNeeded || need > 0) continue;
      cursor = page.events.at(-1)?.seq ?? cursor;
      meters.deliveries += wanted.length;
      if (cursor >= page.headSeq && cursor >= topic.headSeq()) {
        isLive = true;
        isSlow = false;
        return;
      }
    }
  };

  const framesOf = ({ events, frames }: SharedPage, wanted: readonly LoggedEvent[]): Buffer => {
    if (wanted.length === events.length) return frames(batch);
    const texts = wanted.map(({ method, seq, params }) => encodeEvent(method, seq, params));
    return encodeFrames(texts, batch);
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
