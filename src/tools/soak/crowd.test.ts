import { expect, test } from 'vitest';
import { runHerd, runIdle } from './crowd.ts';
import { createCheck } from './reader.ts';

test('a check of a reader counts what is missing, doubled and reordered', () => {
  const check = createCheck(5);
  for (const seq of [1, 3, 2, 1, 5]) check.take(seq);
  expect(check.faults()).toEqual({ missing: 1, doubled: 1, reordered: 1 });
});

test('hundreds of connections that say nothing are open at a time', async () => {
  expect(await runIdle(300)).toMatchObject({ sockets: 300, kbPerSocket: expect.any(Number) });
}, 60_000);

test('a herd that comes back at once after a kill gets everything, once and in order', async () => {
  expect(await runHerd(100, 200)).toMatchObject({ missing: 0, doubled: 0, reordered: 0, cutOff: 0 });
}, 60_000);
