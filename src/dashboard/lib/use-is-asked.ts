import { useNow } from '../ui/ticker.ts';

/** Agents answer within seconds, or are gone, or could not look: then it can be asked for again. */
const PATIENCE_MS = 30_000;

/** Whether an answer to what was asked for then, in epoch milliseconds, is still to be expected. */
export const useIsAsked = (askedAt: number | null): boolean => {
  const now = useNow(askedAt !== null);
  return askedAt !== null && now - askedAt < PATIENCE_MS;
};
