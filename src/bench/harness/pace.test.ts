import { expect, test } from 'vitest';
import { paced } from './pace.ts';

test('a pace sends exactly what it promises, in frames that a relay takes', async () => {
  const sent: number[] = [];
  const reached = await paced({ perSecond: 100_000, seconds: 0.1 }, async (count) => {
    sent.push(count);
  });
  expect(sent.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(Math.max(...sent)).toBeLessThanOrEqual(1_000);
  expect(Math.min(...sent)).toBeGreaterThan(0);
  expect(reached).toBeGreaterThan(0);
});

test('a pace that is too much for who takes it waits for the answers', async () => {
  let underWay = 0;
  let most = 0;
  await paced({ perSecond: 100_000, seconds: 0.2 }, async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
  });
  expect(most).toBeLessThanOrEqual(32);
});
