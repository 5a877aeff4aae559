import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyLedger } from './empty.ts';
import type { IncidentEvent } from './event.ts';
import { ingest } from './ledger.ts';
import type { Ledger } from './state.ts';
import { arbitraryLog } from './testing/arbitrary-events.ts';

const whole = (events: readonly IncidentEvent[]): Ledger => ingest(emptyLedger('inc_1'), events);

const inParts = (events: readonly IncidentEvent[], cuts: readonly number[]): Ledger => {
  let ledger = emptyLedger('inc_1');
  let from = 0;
  for (const cut of [...cuts.map((share) => share % (events.length + 1)).sort((a, b) => a - b), events.length]) {
    ledger = ingest(ledger, events.slice(from, cut));
    from = cut;
  }
  return ledger;
};

test('a log folded in any portions gives the same state as at once', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.array(fc.nat(), { maxLength: 8 }), (events, cuts) => {
      expect(inParts(events, cuts)).toEqual(whole(events));
    }),
  );
});

test('events delivered again, wherever, change nothing', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.array(fc.nat(), { maxLength: 20 }), (events, again) => {
      const repeated = [...events];
      for (const pick of again) {
        const event = events[pick % Math.max(1, events.length)];
        if (event !== undefined) repeated.splice(pick % (repeated.length + 1), 0, event);
      }
      const first = repeated.filter((event, index) => repeated.findIndex(({ id }) => id === event.id) === index);
      expect(inParts(repeated, again).investigation).toEqual(whole(first).investigation);
      expect(ingest(whole(events), events)).toEqual(whole(events));
    }),
  );
});

test('the order of arrival does not matter where events carry a seq', () => {
  const shuffled = arbitraryLog.chain((events) =>
    fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
  );
  fc.assert(
    fc.property(shuffled, fc.array(fc.nat(), { maxLength: 8 }), ([events, mixed], cuts) => {
      expect(inParts(mixed, cuts)).toEqual(whole(events));
    }),
  );
});

test('a prefix and then the rest with an overlap give the whole', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.nat(), fc.nat(), (events, a, b) => {
      const cut = a % (events.length + 1);
      const overlap = b % (cut + 1);
      expect(ingest(whole(events.slice(0, cut)), events.slice(cut - overlap))).toEqual(whole(events));
    }),
  );
});

test('what an event does not touch keeps its identity', () => {
  fc.assert(
    fc.property(arbitraryLog, (events) => {
      const before = whole(events);
      const noise: IncidentEvent = { id: 'evt_noise', seq: 10_000, at: 0, method: 'unknown', name: 'x', params: {} };
      const { investigation } = ingest(before, [noise]);
      expect(investigation.agents).toBe(before.investigation.agents);
      expect(investigation.evidence).toBe(before.investigation.evidence);
      expect(investigation.hypotheses).toBe(before.investigation.hypotheses);
      expect(investigation.remediations).toBe(before.investigation.remediations);
    }),
  );
});

test('a ledger that was handed out does not change when later ones grow from it', () => {
  fc.assert(
    fc.property(arbitraryLog, (events) => {
      const half = whole(events.slice(0, events.length >> 1));
      const copy = structuredClone(half);
      ingest(half, events);
      ingest(half, events.slice(events.length >> 1));
      expect(half).toEqual(copy);
    }),
  );
});
