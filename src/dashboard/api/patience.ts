import { ApiFailure, isTransient } from './request.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 500;
/** A server that says "too many" without saying for how long. */
const BUSY_WAIT_MS = 5_000;

const isBusy = (error: unknown): boolean => error instanceof ApiFailure && error.status === 429;

/** Again after what may pass: a server that restarts, or one that has had too much. */
export const withPatience = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === TRIES || !isTransient(error)) throw error;
      const waitMs = isBusy(error) ? BUSY_WAIT_MS : FIRST_WAIT_MS * 2 ** attempt;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
};
