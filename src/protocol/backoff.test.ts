import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const CROWD = 2_000;

test.each([0, 1, 5, 50])(
  'at try %i two thousand clients that lost the same relay come back spread over half of the wait',
  (attempt) => {
    const waits = Array.from({ length: CROWD }, (_, index) => backoffMs(attempt, () => index / CROWD));
    const [least, most] = [Math.min(...waits), Math.max(...waits)];
    expect(most - least).toBeGreaterThanOrEqual(0.99 * least);
    for (let part = 0; part < 10; part += 1) {
      const from = least + ((most - least) * part) / 10;
      const together = waits.filter((wait) => wait >= from && wait < from + (most - least) / 10);
      expect(together.length).toBeLessThan(CROWD / 8);
    }
  },
);

test('the wait doubles, and never passes a quarter of a minute', () => {
  const longest = Array.from({ length: 40 }, (_, attempt) => backoffMs(attempt, () => 1));
  expect(longest.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
  expect(Math.max(...longest)).toBe(15_000);
  expect(longest.at(-1)).toBe(15_000);
});
