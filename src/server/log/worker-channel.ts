import { Worker } from 'node:worker_threads';
import { LogUnavailable } from './event-log.ts';
import type { BatchReply, Failed, FromWorker, Ready, WorkerSetup } from './wire.ts';

type Options<Request, Reply> = {
  url: URL;
  /** Asked anew at every start of the worker. */
  setup: () => WorkerSetup;
  /** Bounds of one batch; a single request above `maxWeight` still goes, alone. */
  maxBatch: number;
  maxWeight: number;
  weigh: (request: Request) => number;
  /** At every start of the worker, before it gets its first batch. */
  onReady?: (ready: Ready) => void;
  /** After a batch, before its calls resolve. */
  onReplies?: (requests: readonly Request[], replies: readonly (Reply | Failed)[], commitMs: number) => void;
};

type Pending<Request, Reply> = {
  request: Request;
  resolve: (reply: Reply) => void;
  reject: (reason: Error) => void;
};

type State = 'starting' | 'idle' | 'busy' | 'down' | 'closed';

const MAX_RESTART_DELAY_MS = 5_000;
/** A disk that has not synced for so long may never do it; whoever waits is told to try again. */
const ANSWER_WITHIN_MS = 5_000;
/** How long `close` waits for a worker that did not answer in time. */
const END_WITHIN_MS = 1_000;

const isFailed = (reply: unknown): reply is Failed => Array.isArray(reply) && reply[0] === 'failed';

/**
 * The calls to one worker thread. One batch is under way at a time and what arrives meanwhile makes the next one:
 * that is the group commit of the writer. A worker that dies is started again; the calls it had not answered reject,
 * because nobody knows whether they took effect. So do those of a worker that does not answer in time; what it did
 * after all is told when it says so.
 */
export class WorkerChannel<Request, Reply extends readonly unknown[]> {
  readonly #options: Options<Request, Reply>;
  #worker: Worker | undefined;
  #state: State = 'down';
  #closing: Promise<void> | undefined;
  #onSettled: (() => void) | undefined;
  #queue: Pending<Request, Reply>[] = [];
  #underWay: Pending<Request, Reply>[] = [];
  #scheduled = false;
  #lastBatchStored = true;
  /** Starts since the last batch that was answered: a worker that keeps dying is started ever more slowly. */
  #starts = 0;
  #restart: NodeJS.Timeout | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  /** The worker has not answered in time. */
  #isOverdue = false;
  #downReason = 'The log is not open yet.';

  constructor(options: Options<Request, Reply>) {
    this.#options = options;
  }

  /** Starts the worker; rejects with its error when it cannot open the database. */
  open(): Promise<Ready> {
    return new Promise((resolve, reject) => this.#start(resolve, reject));
  }

  /** Whether the last batch was stored and a worker is there for the next. */
  get available(): boolean {
    return this.#lastBatchStored && (this.#state === 'idle' || this.#state === 'busy');
  }

  call(request: Request): Promise<Reply> {
    if (this.#closing) return Promise.reject(new LogUnavailable('The log is closed.'));
    if (this.#state === 'down' || this.#isOverdue) return Promise.reject(new LogUnavailable(this.#downReason));
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#schedule();
    });
  }

  /** Answers what was accepted, then ends the worker; rejects where that did not answer in time. */
  close(): Promise<void> {
    this.#closing ??= this.#settle().then(() => this.#end());
    return this.#closing;
  }

  /** Resolves when nothing is queued or under way. */
  #settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSettled = resolve;
      this.#checkSettled();
    });
  }

  #checkSettled(): void {
    if (this.#state === 'down' || this.#isOverdue || (this.#state === 'idle' && this.#queue.length === 0))
      this.#onSettled?.();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#restart);
    clearTimeout(this.#watchdog);
    const worker = this.#worker;
    this.#state = 'closed';
    if (!worker) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    if (!this.#isOverdue) {
      worker.postMessage('close');
      await exited;
      return;
    }
    // Not even its end is certain: a thread that the kernel holds in a write can't be ended.
    void worker.terminate();
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, END_WITHIN_MS))]);
    throw new LogUnavailable(this.#downReason);
  }

  #start(onReady?: (ready: Ready) => void, onFailure?: (error: Error) => void): void {
    this.#state = 'starting';
    // The flags that this process was started with are its own: some of them make a worker refuse to start.
    const worker = new Worker(this.#options.url, { workerData: this.#options.setup(), execArgv: [] });
    this.#worker = worker;
    let cause: Error | undefined;
    worker.on('message', (message: FromWorker<Reply>) => {
      if (!('ready' in message)) return this.#finishBatch(message);
      this.#options.onReady?.(message.ready);
      onReady?.(message.ready);
      onFailure = undefined;
      this.#answered();
      this.#becomeIdle();
    });
    worker.on('error', (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => {
      this.#answered();
      this.#worker = undefined;
      if (this.#state === 'closed') return;
      const error = cause ?? new Error('The worker of the log has ended.');
      this.#rejectAll(error.message);
      this.#state = 'down';
      if (onFailure) onFailure(error);
      else this.#startAgain();
      this.#checkSettled();
    });
  }

  #startAgain(): void {
    if (this.#closing) return;
    this.#starts += 1;
    const start = (): void => {
      this.#start();
      this.#watch();
    };
    if (this.#starts === 1) return start();
    this.#restart = setTimeout(start, Math.min(100 * 2 ** this.#starts, MAX_RESTART_DELAY_MS));
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      // Where it is this process that was stopped, the answer is here already, and is heard first.
      this.#watchdog = setTimeout(() => this.#giveUpWaiting());
    }, ANSWER_WITHIN_MS).unref();
  }

  #answered(): void {
    clearTimeout(this.#watchdog);
    this.#isOverdue = false;
  }

  #giveUpWaiting(): void {
    this.#isOverdue = true;
    const underWay = this.#underWay;
    this.#rejectAll(`The storage has not answered for ${ANSWER_WITHIN_MS / 1_000} seconds.`);
    // Kept for what its answer tells the listeners; the calls themselves are settled.
    this.#underWay = underWay;
    this.#checkSettled();
  }

  #rejectAll(message: string): void {
    this.#downReason = message;
    this.#lastBatchStored = false;
    const pending = [...this.#underWay, ...this.#queue];
    this.#underWay = [];
    this.#queue = [];
    for (const { reject } of pending) reject(new LogUnavailable(message));
  }

  /** A batch leaves at the end of the tick, so that all calls of a tick share it. */
  #schedule(): void {
    if (this.#scheduled || this.#state !== 'idle' || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#state === 'idle' && this.#queue.length > 0) this.#sendBatch();
    });
  }

  #sendBatch(): void {
    const { maxBatch, maxWeight, weigh } = this.#options;
    let weight = 0;
    let size = 0;
    for (const { request } of this.#queue) {
      weight += weigh(request);
      if (size > 0 && (size >= maxBatch || weight > maxWeight)) break;
      size += 1;
    }
    this.#underWay = this.#queue.splice(0, size);
    this.#state = 'busy';
    this.#worker?.postMessage(this.#underWay.map(({ request }) => request));
    this.#watch();
  }

  #finishBatch(message: BatchReply<Reply>): void {
    const batch = this.#underWay;
    this.#underWay = [];
    this.#starts = 0;
    this.#answered();
    if ('unavailable' in message) {
      this.#lastBatchStored = false;
      // What waits behind it would go ahead of it, for that will be sent again.
      for (const { reject } of [...batch, ...this.#queue.splice(0)]) reject(new LogUnavailable(message.unavailable));
    } else {
      this.#lastBatchStored = true;
      this.#options.onReplies?.(
        batch.map(({ request }) => request),
        message.replies,
        message.commitMs ?? 0,
      );
      batch.forEach(({ resolve, reject }, index) => {
        const reply = message.replies[index];
        if (reply === undefined) reject(new LogUnavailable('The worker of the log gave no answer.'));
        else if (isFailed(reply)) reject(new Error(reply[1]));
        else resolve(reply);
      });
    }
    this.#becomeIdle();
  }

  #becomeIdle(): void {
    this.#state = 'idle';
    this.#schedule();
    this.#checkSettled();
  }
}
