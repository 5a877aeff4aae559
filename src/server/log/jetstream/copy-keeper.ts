import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { compiledUrl } from '../../compiled.ts';
import type { CopySetup } from '../copy-worker.ts';
import { withLease } from '../lease.ts';
import type { StateStore } from '../state-store.ts';
import type { Applied } from '../wire.ts';
import type { Copies } from './copies.ts';

const LOOK_EVERY_MS = 10_000;
/** A copy is left anew when a node that begins with it would have to read so much of the log again. */
const BEHIND_SHARE = 0.1;
/** A node that ends while it makes one keeps the others from it for so long. */
const LEASE = { bucket: 'log', key: 'copy', ttlMs: 600_000 };

type KeeperDeps = {
  copies: Copies;
  state: StateStore;
  epoch: string;
  /** Where the database is that is copied. */
  path: string;
  /** A copy is worth making from so many messages on. */
  every: number;
  /** The message applied last. */
  appliedSeq: () => number;
  onTrouble: (error: unknown) => void;
};

/** Copies the database at `from` in a thread of its own, while others read and write it. */
const copyDatabase = (setup: CopySetup, signal: AbortSignal): Promise<Applied> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(compiledUrl(import.meta.url, '../copy-worker.ts'), { workerData: setup, execArgv: [] });
    signal.addEventListener('abort', () => void worker.terminate(), { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The log was not copied: its thread has ended.')));
  });

/**
 * Sees to it that a copy of the log is there that is not too old, for nodes that begin with none. Every node looks, and
 * one of them makes it. Returns what ends it, also in the middle of a copy.
 */
export const keepCopies = (deps: KeeperDeps): (() => Promise<void>) => {
  const { copies, state, epoch, path, every, appliedSeq, onTrouble } = deps;
  const ending = new AbortController();
  const { signal } = ending;
  let leftSeq = 0;
  let underWay: Promise<void> | undefined;

  const isDue = (): boolean => appliedSeq() - leftSeq >= Math.max(every, leftSeq * BEHIND_SHARE);

  const leaveOne = async (): Promise<void> => {
    const to = `${path}.copy`;
    try {
      await rm(to, { force: true });
      // It may have been ended while the lease was taken, and a copy is not begun only to be thrown away.
      signal.throwIfAborted();
      const { seq } = await copyDatabase({ from: path, to }, signal);
      await copies.leave(to, { epoch, seq }, signal);
      leftSeq = seq;
    } finally {
      await rm(to, { force: true });
    }
  };

  const look = async (): Promise<void> => {
    if (!isDue()) return;
    // Another node may have left one meanwhile.
    leftSeq = (await copies.find(epoch))?.seq ?? 0;
    if (isDue() && !signal.aborted) await withLease(state, LEASE, leaveOne);
  };

  const lookUnlessBusy = (): void => {
    underWay ??= look()
      .catch((error: unknown) => {
        if (!signal.aborted) onTrouble(error);
      })
      .finally(() => {
        underWay = undefined;
      });
  };
  const timer = setInterval(lookUnlessBusy, LOOK_EVERY_MS).unref();
  lookUnlessBusy();

  return async () => {
    clearInterval(timer);
    ending.abort();
    await underWay;
  };
};
