import { setTimeout as wait } from 'node:timers/promises';
import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { LogUnavailable, type StreamName } from '../event-log.ts';
import type { AppendReply, AppendRequest } from '../wire.ts';
import { bytesOf, encodeAppends, PARTS_HEADER } from './message.ts';
import type { Names } from './names.ts';
import type { Outcomes } from './outcomes.ts';

/** A new leader is elected within seconds. Who waits longer than this is told to try again. */
const ANSWER_WITHIN_MS = 10_000;
/** An acknowledgement that has not come by then is asked for again, with the message's own id. */
const ACK_WITHIN_MS = 2_000;
const TRY_AGAIN_MS = 100;
/** What was appended to one stream while a message was under way goes in the next one, up to this. */
const MAX_GROUP_BYTES = 256 * 1024;
const MAX_GROUP_APPENDS = 1_000;
/** Of a message beside its data. */
const ENVELOPE_BYTES = 4_096;

/** The stream, or the disk below it, has no room: trying again does not help. */
const NO_ROOM: ReadonlySet<number> = new Set([10_002, 10_023, 10_047, 10_077]);

type Pending = { append: AppendRequest; resolve: (reply: AppendReply) => void; reject: (error: unknown) => void };
type Lane = { name: StreamName; queue: Pending[] };

const isFinal = (error: unknown): error is JetStreamApiError =>
  error instanceof JetStreamApiError && (error.status < 500 || NO_ROOM.has(error.code));

type PublisherDeps = {
  js: JetStreamClient;
  names: Names;
  outcomes: Outcomes;
  nodeId: string;
  maxPayload: () => number;
  /** A message of this seq has been stored. */
  onStored: (id: string, seq: number) => void;
};

/**
 * Brings appends into the stream. Those of one stream of the log go one message at a time, so that none overtakes
 * another when a message has to be repeated. An append resolves once this node has applied its message.
 */
export class Publisher {
  readonly #lanes = new Map<string, Lane>();
  readonly #deps: PublisherDeps;
  #count = 0;
  /** The last message got through. */
  isHealthy = true;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  append(append: AppendRequest): Promise<AppendReply> {
    const name = { tenantId: append[1], stream: append[2] };
    const subject = this.#deps.names.log(name);
    return new Promise((resolve, reject) => {
      const lane = this.#lanes.get(subject);
      if (lane !== undefined) return void lane.queue.push({ append, resolve, reject });
      const opened: Lane = { name, queue: [{ append, resolve, reject }] };
      this.#lanes.set(subject, opened);
      // All appends of a tick share a message.
      setImmediate(() => void this.#drain(subject, opened));
    });
  }

  /** Writes nothing of meaning, to see whether anything can be written. */
  async probe(): Promise<void> {
    const { js, names } = this.#deps;
    await js.publish(names.probe, undefined, { timeout: ACK_WITHIN_MS, msgID: this.#nextId() });
    this.isHealthy = true;
  }

  async #drain(subject: string, lane: Lane): Promise<void> {
    while (lane.queue.length > 0) {
      const group = takeGroup(lane.queue);
      const outcome = await this.#send(
        subject,
        lane.name,
        group.map(({ append }) => append),
      ).catch((error: unknown) => ({ error }));
      // What waits behind it would go ahead of it, for that will be sent again.
      if ('error' in outcome) for (const { reject } of [...group, ...lane.queue.splice(0)]) reject(outcome.error);
      else settle(group, outcome.replies);
    }
    this.#lanes.delete(subject);
  }

  /** Resolves once the message is stored; `replies` once it is applied. */
  async #send(
    subject: string,
    name: StreamName,
    appends: readonly AppendRequest[],
  ): Promise<{ replies: Promise<readonly AppendReply[]> }> {
    const data = encodeAppends(appends);
    const most = this.#deps.maxPayload() - ENVELOPE_BYTES;
    if (data.length <= most) return this.#publishAndExpect(subject, data);
    const seqs: number[] = [];
    for (let from = 0; from < data.length; from += most) {
      seqs.push(await this.#publish(this.#deps.names.part(name), data.subarray(from, from + most), this.#nextId()));
    }
    return this.#publishAndExpect(subject, new Uint8Array(), seqs);
  }

  async #publishAndExpect(
    subject: string,
    data: Uint8Array,
    parts?: readonly number[],
  ): Promise<{ replies: Promise<readonly AppendReply[]> }> {
    const { outcomes } = this.#deps;
    const id = this.#nextId();
    const replies = outcomes.expect(id);
    // Whoever waits for them hears of it below.
    replies.catch(() => undefined);
    const stored = this.#publish(subject, data, id, parts).catch((error: unknown) => {
      outcomes.giveUp(id, error instanceof Error ? error.message : String(error));
      throw error;
    });
    // What was applied has been stored, also where its acknowledgement was lost.
    await Promise.race([stored, replies]);
    stored.catch(() => undefined);
    const late = setTimeout(() => {
      this.isHealthy = false;
      outcomes.giveUp(id, 'The log did not come back from JetStream in time.');
    }, ANSWER_WITHIN_MS);
    return { replies: replies.finally(() => clearTimeout(late)) };
  }

  #nextId(): string {
    this.#count += 1;
    return `${this.#deps.nodeId}.${this.#count}`;
  }

  /** The seq of the message in the stream. Repeats it until it is acknowledged, refused for good, or late. */
  async #publish(subject: string, data: Uint8Array, id: string, parts?: readonly number[]): Promise<number> {
    const { js, onStored } = this.#deps;
    const extra = headers();
    if (parts !== undefined) extra.set(PARTS_HEADER, JSON.stringify(parts));
    const deadline = performance.now() + ANSWER_WITHIN_MS;
    for (;;) {
      try {
        const { seq } = await js.publish(subject, data, { msgID: id, timeout: ACK_WITHIN_MS, headers: extra });
        this.isHealthy = true;
        onStored(id, seq);
        return seq;
      } catch (error) {
        if (isFinal(error) || performance.now() > deadline) {
          this.isHealthy = false;
          throw new LogUnavailable(error instanceof Error ? error.message : String(error));
        }
      }
      await wait(TRY_AGAIN_MS);
    }
  }
}

const takeGroup = (queue: Pending[]): Pending[] => {
  let bytes = 0;
  let size = 0;
  for (const { append } of queue) {
    bytes += bytesOf(append);
    if (size > 0 && (size >= MAX_GROUP_APPENDS || bytes > MAX_GROUP_BYTES)) break;
    size += 1;
  }
  return queue.splice(0, size);
};

const settle = (group: readonly Pending[], outcome: Promise<readonly AppendReply[]>): void => {
  outcome.then(
    (replies) => {
      group.forEach(({ resolve, reject }, index) => {
        const reply = replies[index];
        if (reply === undefined) reject(new TypeError('a message was applied without all of its appends'));
        else resolve(reply);
      });
    },
    (error: unknown) => {
      for (const { reject } of group) reject(error);
    },
  );
};
