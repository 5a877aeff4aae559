import { fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { compiledUrl } from '../../compiled.ts';
import { withLease } from '../lease.ts';
import type { StateStore } from '../state-store.ts';
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

/** What the process says when it has made the copy: which message was applied to that last. */
const Copied = z.object({ seq: z.number() });

/**
 * Copies the database at `from`, while others read and write it, in a process of its own: a thread that is ended in the
 * middle of that takes the whole process with it on Node 20.
 */
const copyDatabase = (from: string, to: string, signal: AbortSignal): Promise<z.infer<typeof Copied>> =>
  new Promise((resolve, reject) => {
    const url = compiledUrl(import.meta.url, '../copy-process.ts');
    const child = fork(url, [from, to], { execArgv: [], env: {}, signal, killSignal: 'SIGKILL' });
    let copied: z.infer<typeof Copied> | undefined;
    child.once('message', (said) => {
      copied = Copied.parse(said);
      child.disconnect();
    });
    child.once('error', (error) => {
      // One that was begun is over, and writes nothing any more, when it has ended.
      if (child.pid === undefined) reject(error);
    });
    child.once('exit', () => {
      if (copied === undefined) reject(new Error('The log was not copied: the process has ended.'));
      else resolve(copied);
    });
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
      const { seq } = await copyDatabase(path, to, signal);
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
