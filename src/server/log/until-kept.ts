import { setTimeout as wait } from 'node:timers/promises';
import { backoffMs } from '../../protocol/backoff.ts';
import { LogUnavailable } from './event-log.ts';

const BACKOFF = { firstMs: 250, capMs: 5_000 };

/** Does what must not be left undone because the log could not be written for a minute; it never rejects. */
export type Keep = (work: () => Promise<unknown>) => Promise<void>;

/**
 * For what follows from an event: does it again until the log takes it, or the signal is given. Any other failure is
 * final. `onFailure` is told of each.
 */
export const untilKept = async (
  work: () => Promise<unknown>,
  { signal, onFailure }: { signal: AbortSignal; onFailure: (error: unknown) => void },
): Promise<void> => {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
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
