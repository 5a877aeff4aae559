import { afterEach, expect, test, vi } from 'vitest';
import { clockNow, setClock } from './clock.ts';

const HERE = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

afterEach(() => vi.useRealTimers());

test.each([
  ['twenty minutes ahead', 20 * MINUTE_MS, 20 * MINUTE_MS],
  ['twenty minutes behind', -20 * MINUTE_MS, -20 * MINUTE_MS],
  ['no more apart than a message may take', 1_500, 0],
  ['months apart, as where one of them stands still', 90 * 24 * 60 * MINUTE_MS, 0],
])('a server whose clock is %s', (_, difference, counted) => {
  vi.useFakeTimers({ now: HERE });
  setClock(HERE + difference);
  expect(clockNow() - HERE).toBe(counted);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(clockNow() - HERE).toBe(counted + MINUTE_MS);
});
