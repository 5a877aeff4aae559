import { expect, it } from 'vitest';
import { renewalTime } from './renewal-time.ts';

const MINUTE = 60_000;

it.each([
  ['twelve hours, five minutes before', 12 * 60 * MINUTE, (12 * 60 - 5) * MINUTE],
  ['ten minutes, a third before', 9 * MINUTE, 6 * MINUTE],
  ['a minute, a third before', MINUTE, 40_000],
  ['ten seconds, not before half a minute has gone', 10_000, 30_000],
  ['no time at all, not before half a minute has gone', -MINUTE, 30_000],
])('a session of %s', (_, lifetime, after) => {
  expect(renewalTime(1_000, 1_000 + lifetime)).toBe(1_000 + after);
});

it('a server that gives ever shorter sessions is asked no more than twice a minute', () => {
  let now = 0;
  let asked = 0;
  for (let lifetime = 600_000; now < 3_600_000; lifetime /= 2) {
    now = renewalTime(now, now + lifetime);
    asked += 1;
  }
  expect(asked).toBeLessThanOrEqual(121);
});
