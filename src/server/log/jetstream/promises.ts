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
