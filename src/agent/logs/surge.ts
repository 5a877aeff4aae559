export type Counted = { count: number; seconds: number };

const term = (count: number, expected: number): number => (count === 0 ? 0 : count * Math.log(count / expected));

/**
 * How surprising it is that something that came `before.count` times in `before.seconds` now came `after.count` times
 * in `after.seconds`, if nothing had changed: the likelihood ratio (G²) of two Poisson rates, negative where it became
 * rarer. Over 10.8 it happens by chance once in a thousand.
 */
export const surprise = (before: Counted, after: Counted): number => {
  const seconds = before.seconds + after.seconds;
  const total = before.count + after.count;
  if (total === 0 || before.seconds <= 0 || after.seconds <= 0) return 0;
  const expectedBefore = (total * before.seconds) / seconds;
  const expectedAfter = (total * after.seconds) / seconds;
  const g2 = 2 * (term(before.count, expectedBefore) + term(after.count, expectedAfter));
  return after.count >= expectedAfter ? g2 : -g2;
};

/** Once in a thousand by chance. */
export const SURPRISING = 10.8;
