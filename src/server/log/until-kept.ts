import { setTimeout as wait } from 'node:timers/promises';
import { LogUnavailable } from './event-log.ts';

const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 5_000;

/**
 * For what follows from an event and must not be lost because the log could not be written for a minute: does it again
 * until the log takes it, or `isOver`. Any other failure is final. `onFailure` is told of each.
 */
export const untilKept = async (
  work: () => Promise<unknown>,
  { isOver, onFailure }: { isOver: () => boolean; onFailure: (error: unknown) => void },
): Promise<void> => {
  for (let waitMs = FIRST_WAIT_MS; !isOver(); waitMs = Math.min(2 * waitMs, MOST_WAIT_MS)) {
    try {
      await work();
      return;
    } catch (error) {
      onFailure(error);
      if (!(error instanceof LogUnavailable)) return;
      await wait(waitMs, undefined, { ref: false });
    }
  }
};
