import { LogUnavailable } from '../log/event-log.ts';

/**
 * What one frame publishes. Whoever is told to come back later sends that again, and what may depend on it must not
 * have gone ahead by then: once something of a batch was not taken for now, nothing after it is.
 */
export type Batch = {
  /** 0, or after how many milliseconds may come again what came too fast. */
  waitMs: number;
  /** Why something of it could not be stored. */
  failure: LogUnavailable | undefined;
};

export const openBatch = (): Batch => ({ waitMs: 0, failure: undefined });

/** Does what stores something of the batch, unless something else of it could not be stored. */
export const storeInOrder = <Result>(batch: Batch, store: () => Promise<Result>): Promise<Result> => {
  if (batch.failure !== undefined) return Promise.reject(batch.failure);
  return store().catch((error: unknown) => {
    if (error instanceof LogUnavailable) batch.failure ??= error;
    throw error;
  });
};
