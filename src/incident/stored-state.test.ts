import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyInvestigation } from './empty.ts';
import { toIncidentEvent } from './event.ts';
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
const DIGESTS: Readonly<Record<number, string>> = { 1: '296e91ff01f81070' };

test('what the examples of all events amount to changes only with FOLD_VERSION', () => {
  const folder = new URL('../protocol/fixtures/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const events = names.sort().flatMap((name, index) => {
    const { method, params } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const placed = { ...params, incidentId: 'inc_1', eventId: `evt_${index}`, seq: index + 1 };
    return toIncidentEvent(method, placed, 0) ?? [];
  });
  expect(events.length).toBeGreaterThan(25);
  // Proposed first, so that what follows finds its plan.
  const inOrder = [...events].sort(
    (a, b) => Number(b.method === 'remediation.proposed') - Number(a.method === 'remediation.proposed'),
  );
  const state = JSON.stringify(storeState(fold(emptyInvestigation('inc_1'), inOrder)));
  expect(createHash('sha256').update(state).digest('hex').slice(0, 16)).toBe(DIGESTS[FOLD_VERSION]);
});
