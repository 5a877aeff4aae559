import { expect, test } from 'vitest';
import { createCheck } from './check.ts';

test('a check of a reader counts what is missing, doubled and reordered', () => {
  const check = createCheck(5);
  for (const seq of [1, 3, 2, 1, 5]) check.take(seq);
  expect(check.faults()).toEqual({ missing: 1, doubled: 1, reordered: 1 });
});
