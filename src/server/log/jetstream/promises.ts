import { setTimeout as wait } from 'node:timers/promises';
import { LogUnavailable } from '../event-log.ts';

/** Rejects with `LogUnavailable` where the promise has not resolved in time. */
export const withDeadline = async <Result>(promise: Promise<Result>, withinMs: number): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LogUnavailable('JetStream did not answer in time.')), withinMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Calls that come while one is under way share the next one, so that each sees what was true after it was made. */
export const coalesce = (run: () => Promise<void>): (() => Promise<void>) => {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= current
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        current = run();
        return current;
      });
    return next;
  };
};

const TRY_AGAIN_MS = 250;

/** Tries again for a while: a cluster that has just started, or lost a broker, has no leader for some seconds. */
export const patiently = async <Result>(run: () => Promise<Result>, withinMs: number): Promise<Result> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await wait(TRY_AGAIN_MS);
  }
};
