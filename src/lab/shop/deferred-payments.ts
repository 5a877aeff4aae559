import { CallFailed } from '../runtime/http-client.ts';
import { Refusal } from '../runtime/http-server.ts';

export type Charge = { cents: number; card: string };

/** More are refused. */
const MOST_DEFERRED = 2_000;

/** The provider's answer, not a failure of it. */
export const isDeclined = (error: unknown): boolean => error instanceof CallFailed && error.status === '402';

/** Payments that wait for the provider, the oldest first. */
export const createDeferred = (charge: (wanted: Charge) => Promise<unknown>) => {
  let waiting: Charge[] = [];
  return {
    count: (): number => waiting.length,
    add: (wanted: Charge): void => {
      if (waiting.length >= MOST_DEFERRED) throw new Refusal(503, { error: 'too many payments wait' });
      waiting.push(wanted);
    },
    /** One that is declined is settled, too: it must not keep those behind it waiting. */
    settleOldest: async (): Promise<void> => {
      const oldest = waiting.shift();
      if (oldest === undefined) return;
      try {
        await charge(oldest);
      } catch (error) {
        if (isDeclined(error)) return;
        waiting.unshift(oldest);
        throw error;
      }
    },
    clear: (): void => {
      waiting = [];
    },
  };
};
