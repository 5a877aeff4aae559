import { expect, test } from 'vitest';
import { FAULTS, runRound } from './round.ts';
import { tallyOf } from './tally.ts';

test('a soak counts what was lost, doubled and reordered', () => {
  const acknowledged = new Set(['a', 'b', 'c', 'd']);
  const received = [
    { eventId: 'a', seq: 1 },
    { eventId: 'c', seq: 3 },
    { eventId: 'b', seq: 2 },
    { eventId: 'a', seq: 1 },
  ];
  expect(tallyOf(acknowledged, received)).toEqual({ acknowledged: 4, delivered: 4, lost: 1, doubled: 1, reordered: 1 });
});

test.each(FAULTS)(
  'nothing is lost, doubled or reordered through the fault "%s"',
  { timeout: 60_000 },
  async (fault) => {
    const tally = await runRound({ events: 150, faults: [fault], strikes: 2, subscribers: 2, random: Math.random });
    expect(tally).toEqual({ acknowledged: 300, delivered: 300, lost: 0, doubled: 0, reordered: 0 });
  },
);
