import { expect, test } from 'vitest';
import { longest, quantile } from './quantiles.ts';

test('a quantile is a value that was measured, whatever the order', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.99, 1].map((part) => quantile(values, part))).toEqual([1, 3, 5, 5]);
  expect(quantile([], 0.5)).toBeNaN();
  expect([longest(values), longest([])]).toEqual([5, 0]);
});
