import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyInvestigation } from './empty.ts';
import { fold } from './fold.ts';
import { FOLD_VERSION, isStoredState, restoreState, storeState } from './stored-state.ts';
import { arbitraryLog } from './testing/arbitrary-events.ts';

test('a state that was written as JSON and read again goes on as if it had never been', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.nat(), (events, at) => {
      const cut = at % (events.length + 1);
      const before = fold(emptyInvestigation('inc_1'), events.slice(0, cut));
      const stored: unknown = JSON.parse(JSON.stringify(storeState(before)));
      if (!isStoredState(stored)) throw new Error('no state');
      expect(restoreState(stored)).toEqual(before);
      expect(fold(restoreState(stored), events.slice(cut))).toEqual(fold(before, events.slice(cut)));
    }),
  );
});

test.each([null, 'state', [[]], { incidentId: 'inc_1', phase: 'waiting', lastSeq: 0, counts: {} }])(
  'what is no state is not taken for one: %j',
  (value) => expect(isStoredState(value)).toBe(false),
);

/** Whoever changes what events amount to raises FOLD_VERSION, and writes the new digest here. */
const DIGESTS: Readonly<Record<number, string>> = {
  1: '67dc404d8844fb42',
  2: '34b1ac995bfe1ddf',
  3: '1a1ae82702822f8f',
};

test('what certain logs amount to changes only with FOLD_VERSION', () => {
  const logs = fc.sample(arbitraryLog, { seed: 1, numRuns: 50 });
  const states = logs.map((events) => storeState(fold(emptyInvestigation('inc_1'), events)));
  expect(createHash('sha256').update(JSON.stringify(states)).digest('hex').slice(0, 16)).toBe(DIGESTS[FOLD_VERSION]);
});
