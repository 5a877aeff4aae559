import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import type { Neighbours } from '../cluster/neighbours.ts';
import { shareSpending } from '../cluster/shared-spending.ts';

/** So many callers are counted at a time; of more, who came first is forgotten. */
const MOST_CALLERS = 10_000;

type Counted = { current: number; since: number };

/** Counts the requests of each caller in windows of `windowMs`, those to other nodes among them. */
export const requestCounts = (
  neighbours: Neighbours,
  elapsed: () => number,
  windowMs: number,
): FastifyRateLimitStoreCtor => {
  const callers = new Map<string, Counted>();

  const countOf = (name: string): Counted => {
    const counted = callers.get(name);
    if (counted !== undefined && elapsed() - counted.since < windowMs) return counted;
    callers.delete(name);
    const [first] = callers.keys();
    if (callers.size >= MOST_CALLERS && first !== undefined) callers.delete(first);
    const begun = { current: 0, since: elapsed() };
    callers.set(name, begun);
    return begun;
  };

  const spent = shareSpending(neighbours, 'requests', (name, count) => {
    countOf(name).current += count;
  });

  return class implements FastifyRateLimitStore {
    incr(name: string, callback: (error: Error | null, result?: { current: number; ttl: number }) => void): void {
      const counted = countOf(name);
      counted.current += 1;
      spent(name);
      callback(null, { current: counted.current, ttl: windowMs - (elapsed() - counted.since) });
    }

    child(): FastifyRateLimitStore {
      return this;
    }
  };
};
