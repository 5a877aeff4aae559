import { backoffMs } from '../protocol/backoff.ts';
import { ConnectionEnded, RelayRefused } from './errors.ts';
import { isTemporary, type RpcError } from './rpc-error.ts';
import type { Answer, Session } from './session.ts';

const MAX_BATCH_ITEMS = 100;
/** Well under the relay's 1 MiB for a frame from a key, so that a batch never costs the connection. */
const MAX_BATCH_BYTES = 512 * 1024;
const MAX_ITEM_BYTES = 1024 * 1024 - 1024;

type Entry = {
  method: string;
  paramsText: string;
  bytes: number;
  /** Absent for a notification, which is gone once it is written. */
  settle?: { resolve: (result: unknown) => void; reject: (error: Error) => void };
};

const INVALID_PARAMS = -32602;

/**
 * Everything on its way out, in order. One batch is under way at a time: what a lost connection or a limit left
 * unanswered goes out again before anything younger, so that a retry never reorders.
 */
export const createOutbox = (random: () => number) => {
  let queue: Entry[] = [];
  let session: Session | undefined;
  let inFlight = false;
  let scheduled = false;
  let pause: NodeJS.Timeout | undefined;
  let failures = 0;
  let idleWaiters: (() => void)[] = [];
  let failedFor: string | undefined;

  const rejectAll = (entries: readonly Entry[], reason: string): void => {
    for (const { settle } of entries) settle?.reject(new ConnectionEnded(reason));
  };

  const schedule = (): void => {
    if (scheduled || session === undefined || inFlight || pause !== undefined || queue.length === 0) return;
    scheduled = true;
    // Not a microtask: what this whole tick publishes is to be one batch.
    setImmediate(send);
  };

  const wait = (delayMs: number): void => {
    pause = setTimeout(() => {
      pause = undefined;
      schedule();
    }, delayMs);
  };

  const takeBatch = (): Entry[] => {
    let bytes = 0;
    const fits = queue.findIndex((entry, index) => {
      bytes += entry.bytes;
      return index > 0 && (index >= MAX_BATCH_ITEMS || bytes > MAX_BATCH_BYTES);
    });
    return queue.splice(0, fits === -1 ? queue.length : fits);
  };

  const landed = (batch: readonly Entry[], answers: ReadonlyMap<Entry, Answer>): void => {
    inFlight = false;
    let obstacle: RpcError | undefined;
    const again: Entry[] = [];
    for (const entry of batch) {
      const answer = answers.get(entry);
      if (answer === undefined) continue;
      if (answer.kind === 'result') entry.settle?.resolve(answer.result);
      else if (answer.kind === 'lost') again.push(entry);
      else if (obstacle !== undefined || isTemporary(answer.error)) {
        // What was refused for good behind it may have been so only because that was not there.
        obstacle ??= answer.error;
        again.push(entry);
      } else entry.settle?.reject(new RelayRefused(answer.error.code, answer.error.message, answer.error.data));
    }
    if (failedFor === undefined) queue = [...again, ...queue];
    else rejectAll(again, failedFor);
    failures = obstacle === undefined ? 0 : failures + 1;
    if (obstacle !== undefined) wait(obstacle.retryAfterMs ?? backoffMs(failures, random));
    if (queue.length === 0) {
      for (const resolve of idleWaiters) resolve();
      idleWaiters = [];
    }
    schedule();
  };

  const send = (): void => {
    scheduled = false;
    if (session === undefined || inFlight || pause !== undefined || queue.length === 0) return;
    const batch = takeBatch();
    const expected = batch.filter((entry) => entry.settle !== undefined).length;
    const answers = new Map<Entry, Answer>();
    inFlight = true;
    session.send(
      batch.map((entry) => ({
        method: entry.method,
        paramsText: entry.paramsText,
        ...(entry.settle === undefined
          ? {}
          : {
              onAnswer: (answer: Answer) => {
                answers.set(entry, answer);
                if (answers.size === expected) landed(batch, answers);
              },
            }),
      })),
    );
    if (expected === 0) landed(batch, answers);
  };

  return {
    /** Resolves with the relay's result once it is durable there; rejects when it is refused. */
    publish(method: string, params: object): Promise<unknown> {
      const paramsText = JSON.stringify(params);
      const bytes = Buffer.byteLength(paramsText);
      if (bytes > MAX_ITEM_BYTES) {
        return Promise.reject(new RelayRefused(INVALID_PARAMS, `${bytes} bytes are too many for one event`));
      }
      return new Promise((resolve, reject) => {
        queue.push({ method, paramsText, bytes, settle: { resolve, reject } });
        schedule();
      });
    },
    /** Written in order with the rest; dropped where there is no connection. */
    notify(method: string, params: object): void {
      if (session === undefined) return;
      const paramsText = JSON.stringify(params);
      queue.push({ method, paramsText, bytes: Buffer.byteLength(paramsText) });
      schedule();
    },
    attach(next: Session): void {
      session = next;
      schedule();
    },
    detach(): void {
      session = undefined;
      queue = queue.filter((entry) => entry.settle !== undefined);
    },
    /** Resolves when nothing is left to send or to be answered. */
    idle: (): Promise<void> =>
      queue.length === 0 && !inFlight ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve)),
    /** What is under way is rejected too, unless its answer comes still. */
    fail(reason: string): void {
      clearTimeout(pause);
      failedFor = reason;
      rejectAll(queue.splice(0), reason);
    },
  };
};
