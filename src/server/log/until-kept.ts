import { setTimeout as wait } from 'node:timers/promises';
import { backoffMs } from '../../protocol/backoff.ts';
import { LogUnavailable } from './event-log.ts';

const BACKOFF = { firstMs: 250, capMs: 5_000 };

/**
 * For what follows from an event and must not be lost because the log could not be written for a minute: does it again
 * until the log takes it, or `isOver`. Any other failure is final. `onFailure` is told of each.
 */
export const untilKept = async (
  work: () => Promise<unknown>,
  { isOver, onFailure }: { isOver: () => boolean; onFailure: (error: unknown) => void },
): Promise<void> => {
  for (let attempt = 0; !isOver(); attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      onFailure(error);
      if (!(error instanceof LogUnavailable)) return;
      await wait(backoffMs(attempt, Math.random, BACKOFF), undefined, { ref: false });
    }
  }
};
