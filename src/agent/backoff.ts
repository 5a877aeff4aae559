const FIRST_MS = 250;
const CAP_MS = 15_000;

/** Between half and the whole of the doubled wait, so that agents who lost the same relay don't return as one. */
export const backoffMs = (attempt: number, random: () => number): number => {
  const ceiling = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
};
