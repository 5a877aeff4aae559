/**
 * The port to the append-only log: the one truth from which every table, cache and screen is rebuilt.
 *
 * A log holds streams, one per incident of a tenant, plus one stream a tenant (`TENANT_STREAM`) for what
 * concerns no single investigation (an incident created, its status changed). The port is written so that a
 * replicated log fits it as well as an embedded one: every call is asynchronous, `seq` strictly increases within
 * a stream but may have holes, and `position` orders all the streams of the log.
 */

/** The stream of a tenant's own events; no incident id can be equal to it. */
export const TENANT_STREAM = '@tenant';

/** What a page of many events holds, where its reader bounds it no further: it is one message between threads. */
export const PAGE_BYTES = 4 * 1024 * 1024;

export type StreamName = { tenantId: string; stream: string };

/** An event that is not in the log yet. */
export type NewEvent = {
  /** Chosen by the publisher or by us; unique within a stream, so that a retry is stored once. */
  eventId: string;
  /** The JSON-RPC method under which subscribers receive it. */
  method: string;
  /** Groups the events that one decision depends on (a remediationId); '' for all others. */
  key: string;
  /** JSON text of the params as an object, with `eventId` and without `seq`, which only the log knows. */
  params: string;
};

export type LoggedEvent = StreamName & NewEvent & { seq: number; position: number };

export type Append = StreamName & {
  events: readonly NewEvent[];
  /**
   * Compare-and-set: append only if the newest event of this stream with `key` has this `seq` (0: none has the key).
   * All of the events are appended or none.
   */
  expect?: { key: string; seq: number };
};

export type AppendResult =
  /** One entry an event, in order; `duplicate` when the eventId was there before, with the seq it has. */
  | { ok: true; appended: readonly { eventId: string; seq: number; duplicate: boolean }[] }
  /** The expectation did not hold; `seq` is the newest of that key. Nothing was appended. */
  | { ok: false; seq: number };

export type ReadRange = StreamName & {
  /** Exclusive bounds; without either, from the start. */
  afterSeq?: number;
  beforeSeq?: number;
  /** With 'descending' the newest below `beforeSeq` are chosen; the page itself is always ascending. */
  take?: 'ascending' | 'descending';
  limit: number;
  /** A page ends before it exceeds this many bytes of params, but holds at least one event. */
  maxBytes?: number;
  /**
   * What the reader looks for: a storage that can may leave out events of another method, and those whose params don't
   * contain all of these texts, ASCII letters in either case. It may as well ignore it; the reader looks again.
   */
  only?: { method?: string; contains: readonly string[] };
};

/** `headSeq`: the newest seq of the stream at the moment of the page, which reaches up to it unless a bound ended it. */
export type Page = { events: readonly LoggedEvent[]; headSeq: number };

export type Scan = {
  afterPosition: number;
  limit: number;
  /** As of a page: it ends before it exceeds this many bytes of params, but holds at least one event. */
  maxBytes?: number;
  tenantId?: string;
  /** Only these methods; all where absent. */
  methods?: readonly string[];
};

export interface EventLog {
  /** Names the log's life; changes only when the log was lost or reset. */
  readonly epoch: string;

  /** Resolves once the events are durable. Rejects with `LogUnavailable` when they cannot be made so. */
  append(append: Append): Promise<AppendResult>;

  read(range: ReadRange): Promise<Page>;

  /** The newest seq of the stream, 0 where it is empty. */
  head(stream: StreamName): Promise<number>;

  /** How many events the stream holds. */
  count(stream: StreamName): Promise<number>;

  /** All streams in the log's order, a page at a time. */
  scan(scan: Scan): Promise<readonly LoggedEvent[]>;

  /** The event with this id anywhere in the tenant's streams, newest first; undefined where there is none. */
  find(tenantId: string, eventId: string): Promise<LoggedEvent | undefined>;

  /**
   * Resolves once this process has told its listeners all that was acknowledged by any process before the call, so that
   * what is read then is not older. Rejects with `LogUnavailable` where that cannot be known.
   */
  caughtUp(): Promise<void>;

  /**
   * The one tailing feed: every event after it is durable, in the log's order, in the batches in which they were
   * committed, before the `append` that brought them resolves. Returns the function that ends it.
   */
  tail(listener: (events: readonly LoggedEvent[]) => void): () => void;

  /** 'unavailable' while appends fail; it turns 'healthy' again by itself when one succeeds. */
  health(): 'healthy' | 'unavailable';

  /** Flushes what was accepted and releases the storage. Rejects with `LogUnavailable` where it could not be flushed. */
  close(): Promise<void>;
}

/** The storage refused: disk full, corrupt, closed. What was acknowledged before is not affected. */
export class LogUnavailable extends Error {
  override name = 'LogUnavailable';
}
