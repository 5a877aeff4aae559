/** What every client of a relay waits: so long at first, and never longer than the cap. */
const OF_RELAY = { firstMs: 250, capMs: 15_000 };

/**
 * Milliseconds before try `attempt`, counted from 0: anything between half of and the whole of the doubled wait, so that
 * all who lost the same server don't come back as one. `random` is uniform in [0, 1).
 */
export const backoffMs = (
  attempt: number,
  random: () => number = Math.random,
  { firstMs, capMs }: { firstMs: number; capMs: number } = OF_RELAY,
): number => {
  const ceiling = Math.min(capMs, firstMs * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
};
