import { setTimeout as wait } from 'node:timers/promises';
import {
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  PubHeaders,
} from '@nats-io/jetstream';
import type { AppendRequest, Applied } from '../wire.ts';
import { decodeAppends, PARTS_HEADER } from './message.ts';
import type { Names } from './names.ts';
import type { Outcomes } from './outcomes.ts';
import type { Replica } from './replica.ts';
import { readStream } from './stream.ts';

/** Messages that may be on their way from the broker, or wait for the replica. */
const MAX_MESSAGES = 1_024;
/** A pull lives for so long, and a broker that has nothing to send says so as often as this. */
const PULL_FOR_MS = 4_000;
const HEARTBEAT_MS = 1_000;
const TRY_AGAIN_MS = 200;
/** A message that is known to be stored should have come by then, or the consumer has ended with its broker. */
const OVERDUE_MS = 1_500;

/** A message of the stream; its mark is the id under which it was published. */
export type Message = Applied & { previousSeq: number; appends: readonly AppendRequest[] };

type Waiting = { seq: number; resolve: () => void };

type FollowerDeps = {
  js: JetStreamClient;
  jsm: JetStreamManager;
  names: Names;
  epoch: string;
  replica: Pick<Replica, 'apply' | 'readApplied'>;
  outcomes: Outcomes;
  onTrouble: (error: unknown) => void;
  /** The stream is another one, or was set back behind what was applied. */
  onLost: () => void;
};

/**
 * The one consumer of this node: brings every message of the stream, once and in order, to the replica, and asks
 * for no more than that can take. It begins again behind what was applied whenever the consumer or its broker is lost.
 */
export class Follower {
  readonly #deps: FollowerDeps;
  #messages: ConsumerMessages | undefined;
  #isStopped = false;
  #running: Promise<void> | undefined;
  #seen = 0;
  #waiting: Waiting[] = [];
  #overdue: NodeJS.Timeout | undefined;
  /** The seq of the message applied last. */
  appliedSeq = 0;
  /** A consumer is there. */
  isFollowing = false;

  constructor(deps: FollowerDeps) {
    this.#deps = deps;
  }

  start(applied: Applied): void {
    this.appliedSeq = applied.seq;
    this.#running = this.#run();
  }

  /** The broker may be another one now, and so may the stream. */
  beginAnew(): void {
    this.#messages?.stop();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#overdue);
    this.#messages?.stop();
    await this.#running;
  }

  /** Resolves when the message of this seq has been applied. */
  reached(seq: number): Promise<void> {
    if (seq <= this.appliedSeq) return Promise.resolve();
    this.expect(seq);
    return new Promise((resolve) => this.#waiting.push({ seq, resolve }));
  }

  /** A message of this seq is in the stream: where nothing comes for a while, the consumer is begun anew. */
  expect(seq: number): void {
    if (seq <= this.#seen || this.#isStopped || this.#overdue !== undefined) return;
    const before = this.#seen;
    this.#overdue = setTimeout(() => {
      this.#overdue = undefined;
      if (this.#seen === before) this.beginAnew();
      this.expect(seq);
    }, OVERDUE_MS);
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#follow(this.appliedSeq);
      } catch (error) {
        this.#deps.onTrouble(error);
      }
      this.isFollowing = false;
      if (this.#isStopped) return;
      await wait(TRY_AGAIN_MS);
      // What failed may have been applied all the same, and nobody says so a second time.
      await this.#deps.replica.readApplied().then(
        ({ seq }) => this.#reach(seq),
        () => undefined,
      );
    }
  }

  async #follow(after: number): Promise<void> {
    const { js, jsm, names, epoch, onLost } = this.#deps;
    this.#seen = after;
    const stream = await readStream(jsm, names);
    if (stream.epoch !== epoch || stream.lastSeq < after) return onLost();
    const consumer = await js.consumers.get(names.stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
    });
    if (this.#isStopped) return;
    const messages = await consumer.consume({
      max_messages: MAX_MESSAGES,
      expires: PULL_FOR_MS,
      idle_heartbeat: HEARTBEAT_MS,
    });
    this.#messages = messages;
    this.isFollowing = true;
    const underWay = new Set<Promise<void>>();
    let failure: { error: unknown } | undefined;
    try {
      for await (const message of messages) {
        if (failure !== undefined || this.#isStopped) break;
        if (message.seq <= this.#seen) continue;
        const read = await this.#read(message, this.#seen);
        this.#seen = message.seq;
        const applied = this.#apply(read)
          .catch((error: unknown) => {
            failure = { error };
            messages.stop();
          })
          .finally(() => underWay.delete(applied));
        underWay.add(applied);
        if (underWay.size >= MAX_MESSAGES) await Promise.race(underWay);
      }
    } finally {
      messages.stop();
      await Promise.all(underWay);
    }
    if (failure !== undefined) throw failure.error;
  }

  async #apply(message: Message): Promise<void> {
    const { replica, outcomes } = this.#deps;
    const replies = await replica.apply(message).catch((error: unknown) => {
      // Whether it took effect is not known; what is sent again is stored once.
      outcomes.giveUp(message.mark, error instanceof Error ? error.message : String(error));
      throw error;
    });
    outcomes.applied(message.mark, replies);
    this.#reach(message.seq);
  }

  #reach(to: number): void {
    this.appliedSeq = Math.max(this.appliedSeq, to);
    if (this.#waiting.length === 0) return;
    for (const { seq, resolve } of this.#waiting) if (seq <= to) resolve();
    this.#waiting = this.#waiting.filter(({ seq }) => seq > to);
  }

  async #read(message: JsMsg, previousSeq: number): Promise<Message> {
    const { seq, headers, subject, data } = message;
    const common = { seq, mark: headers?.get(PubHeaders.MsgIdHdr) ?? '', previousSeq };
    if (!this.#deps.names.isLog(subject)) return { ...common, appends: [] };
    const parts = headers?.get(PARTS_HEADER) ?? '';
    return { ...common, appends: decodeAppends(parts === '' ? data : await this.#join(parts)) };
  }

  async #join(parts: string): Promise<Uint8Array> {
    const { jsm, names } = this.#deps;
    const pieces: Uint8Array[] = [];
    for (const seq of JSON.parse(parts)) {
      const piece = await jsm.streams.getMessage(names.stream, { seq: Number(seq) });
      if (piece === null) throw new Error(`message ${seq} of the log is missing`);
      pieces.push(piece.data);
    }
    return Buffer.concat(pieces);
  }
}
