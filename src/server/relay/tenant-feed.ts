import { isImported } from '../incidents/stored-event.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import { type Meters, observe } from '../metrics/meters.ts';
import { type Encoded, frameOf, type Hub } from './hub.ts';
import { NOTHING, type Sink } from './sink.ts';

const PAGE_EVENTS = 512;
/** So much may pass by while the end of the log is looked for; after more it is looked for again. */
const MOST_PASSED = 2_048;

export type TenantFeedOptions = {
  log: EventLog;
  hub: Pick<Hub, 'joinTenant'>;
  sink: Pick<Sink, 'encode' | 'offer' | 'room' | 'fill' | 'pageBytes'>;
  meters: Meters;
  tenantId: string;
  methods: ReadonlySet<string>;
  wants: (event: LoggedEvent) => boolean;
  /** How an event is written, where not as the relay's notification. */
  frame?: (event: LoggedEvent) => string;
  onFailure: (error: unknown) => void;
};

export type TenantFeed = {
  stop(): void;
  /** Up to here it has delivered, or passed over, the events. */
  position(): number;
  /** Goes through the events after this position again, where it has passed them. */
  rewind(position: number): void;
};

/**
 * A tenant's events across all of its streams, each once and in the log's order: those after the named event, then
 * live ones; live ones only where it is unknown. As with an incident's feed, what a slow reader has not taken is in
 * the log and not in memory.
 */
export const startTenantFeed = (options: TenantFeedOptions, afterEventId: string | undefined): TenantFeed => {
  const { log, hub, sink, meters, tenantId, methods } = options;
  /** Delivered, or passed over, up to this position; null as long as nothing is known of any. */
  let cursor: number | null = null;
  let heard = 0;
  /** What has passed by since the log was asked, as long as it has not answered. */
  let passed: Encoded[] | null = null;
  let isLive = afterEventId === undefined;
  let isStopped = false;

  const frame = options.frame ?? frameOf;
  const bytesOf = (texts: readonly string[]): Buffer => Buffer.concat(texts.map(sink.encode));

  /** What an imported record tells is history: of it the tenant hears only that it is there. */
  const isWanted = (event: LoggedEvent): boolean =>
    methods.has(event.method) && (event.method === 'incident.created' || !isImported(event)) && options.wants(event);

  const onLive = (batch: readonly Encoded[]): void => {
    cursor ??= (batch[0]?.event.position ?? 1) - 1;
    heard = batch.at(-1)?.event.position ?? heard;
    if (!isLive) {
      if (passed !== null && passed.length <= MOST_PASSED) passed.push(...batch);
      return;
    }
    const after = cursor;
    const wanted = batch.filter(({ event }) => event.position > after && isWanted(event));
    const texts = wanted.map(({ event, text }) => (options.frame === undefined ? text : frame(event)));
    if (wanted.length > 0 && !sink.offer(bytesOf(texts))) {
      meters.fellBehind += 1;
      return replay();
    }
    cursor = Math.max(cursor, heard);
    meters.deliveries += wanted.length;
  };

  const readOn = async (): Promise<void> => {
    let need = 0;
    while (!isStopped && (await sink.room(need))) {
      const known: number = heard;
      const afterPosition: number = cursor ?? known;
      passed = [];
      const begunAt = performance.now();
      const page = await log.scan({
        afterPosition,
        limit: PAGE_EVENTS,
        maxBytes: sink.pageBytes(),
        tenantId,
        methods: [...methods],
      });
      const since = passed;
      passed = null;
      observe(meters.replaySeconds, (performance.now() - begunAt) / 1_000);
      meters.replayPages += 1;
      meters.replayEvents += page.length;
      const isNeeded = !isStopped && (cursor ?? afterPosition) === afterPosition;
      const wanted = isNeeded ? page.filter(isWanted) : [];
      const bytes = wanted.length === 0 ? NOTHING : bytesOf(wanted.map(frame));
      need = sink.fill(bytes) ? 0 : bytes.length;
      if (!isNeeded || need > 0) continue;
      meters.deliveries += wanted.length;
      cursor = page.at(-1)?.position ?? Math.max(afterPosition, known);
      if (page.length === 0 && since.length <= MOST_PASSED) {
        isLive = true;
        return onLive(since);
      }
    }
  };

  const replay = (): void => {
    isLive = false;
    readOn().catch(options.onFailure);
  };

  const leave = hub.joinTenant(tenantId, onLive);

  const resume = async (eventId: string): Promise<void> => {
    // Another node may have told it before it came here.
    await log.caughtUp();
    const after = await log.find(tenantId, eventId);
    if (after !== undefined) cursor = after.position;
    if (cursor === null) isLive = true;
    else await readOn();
  };
  if (afterEventId !== undefined) resume(afterEventId).catch(options.onFailure);

  return {
    stop() {
      isStopped = true;
      isLive = false;
      leave();
    },
    position: () => cursor ?? 0,
    rewind(position) {
      if (isStopped || cursor === null || position >= cursor) return;
      cursor = position;
      if (isLive) replay();
    },
  };
};
