const FIRST_MS = 250;
const CAP_MS = 15_000;

/** Anything between half of and the whole of the doubled wait, so that a thousand tabs spread out. */
export const backoffMs = (attempt: number, random: () => number = Math.random): number => {
  const ceiling = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
};
