import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Chronicle,
  checkpointBefore,
  emptyChronicle,
  eventAt,
  eventsOf,
  extend,
  pastOf,
  prepend,
  resumeFrom,
  trim,
} from './chronicle.ts';
import { emptyInvestigation } from './empty.ts';
import { type IncidentEvent, toIncidentEvent } from './event.ts';
import { fold } from './fold.ts';
import type { Investigation } from './state.ts';
import { arbitraryLog } from './testing/arbitrary-events.ts';

const foldOf = (events: readonly IncidentEvent[]): Investigation => fold(emptyInvestigation('inc_1'), events);
const whole = (events: readonly IncidentEvent[]): Chronicle => extend(emptyChronicle('inc_1'), events);

const inParts = (events: readonly IncidentEvent[], cuts: readonly number[]): Chronicle => {
  let chronicle = emptyChronicle('inc_1');
  let from = 0;
  for (const cut of [...cuts.map((share) => share % (events.length + 1)).sort((a, b) => a - b), events.length]) {
    chronicle = extend(chronicle, events.slice(from, cut));
    from = cut;
  }
  return chronicle;
};

/** Longer than what lies between two checkpoints. */
const longLog = (length: number): IncidentEvent[] =>
  Array.from({ length }, (_, index) => {
    const seq = index + 1;
    const agentName = `Agent ${index % 3}`;
    const params =
      index % 7 === 0
        ? { evidence: { evidenceId: `evi_${index % 70}`, type: 'log', source: 's', summary: `${index}` } }
        : { agentName, message: `m${index}`, kind: index % 2 === 0 ? 'tool_call' : 'finding' };
    const method = index % 7 === 0 ? 'evidence.collected' : 'investigation.progress';
    const told = toIncidentEvent(method, { ...params, incidentId: 'inc_1', eventId: `evt_${seq}`, seq }, seq * 1_000);
    if (told === undefined) throw new Error('no event');
    return told;
  });

test('events in any portions, order and number of times amount to what they amount to at once', () => {
  fc.assert(
    fc.property(
      arbitraryLog.chain((events) =>
        fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
      ),
      fc.array(fc.nat(), { maxLength: 8 }),
      ([events, mixed], cuts) => {
        const chronicle = extend(inParts(mixed, cuts), events);
        expect(chronicle.investigation).toEqual(foldOf(events));
        expect(eventsOf(chronicle)).toEqual(events);
      },
    ),
  );
});

test('a beginning and then the rest with an overlap amount to the whole', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.nat(), fc.nat(), (events, a, b) => {
      const cut = a % (events.length + 1);
      const overlap = b % (cut + 1);
      const chronicle = extend(whole(events.slice(0, cut)), events.slice(cut - overlap));
      expect(chronicle.investigation).toEqual(foldOf(events));
      expect(eventsOf(chronicle)).toEqual(events);
    }),
  );
});

test('what an event does not touch keeps its identity', () => {
  fc.assert(
    fc.property(arbitraryLog, (events) => {
      const before = whole(events).investigation;
      const noise: IncidentEvent = { id: 'evt_noise', seq: 10_000, at: 0, method: 'unknown', name: 'x', params: {} };
      const after = extend(whole(events), [noise]).investigation;
      expect(fold(before, [noise])).toEqual(after);
      for (const part of ['agents', 'evidence', 'hypotheses', 'remediations'] as const)
        expect(fold(before, [noise])[part]).toBe(before[part]);
    }),
  );
});

test('one that was handed out does not change when others grow from it', () => {
  const log = longLog(20);
  const half = whole(log.slice(0, 10));
  const a = extend(half, log.slice(10, 15));
  const b = extend(half, log.slice(15));
  expect(eventsOf(half)).toEqual(log.slice(0, 10));
  expect(eventsOf(a)).toEqual(log.slice(0, 15));
  expect(eventsOf(b)).toEqual([...log.slice(0, 10), ...log.slice(15)]);
});

test('any moment of the past is what the events up to it amount to', () => {
  const log = longLog(2_300);
  const chronicle = inParts(log, [301, 302, 1_700]);
  for (const end of [0, 1, 499, 500, 501, 1_234, 2_299, 2_300]) {
    const past = pastOf(chronicle, end);
    expect(past?.investigation).toEqual(foldOf(log.slice(0, end)));
    expect(past === undefined ? [] : eventsOf(past)).toEqual(log.slice(0, end));
  }
});

test('a seek folds no more than what lies between two checkpoints', () => {
  const chronicle = whole(longLog(5_000));
  for (const end of [700, 2_345, 4_999]) expect(end - (checkpointBefore(chronicle, end)?.end ?? 0)).toBeLessThan(500);
});

test('letting go of the oldest events keeps what they amount to, and the numbers of the rest', () => {
  const log = longLog(3_000);
  const trimmed = trim(whole(log.slice(0, 2_500)), 1_000);
  expect(trimmed.first).toBe(1_500);
  expect(eventAt(trimmed, 1_499)).toBeUndefined();
  const grown = extend(trimmed, log);
  expect(grown.investigation).toEqual(foldOf(log));
  expect(eventsOf(grown)).toEqual(log.slice(1_500));
  expect(eventAt(grown, 2_999)).toBe(log[2_999]);
  expect(pastOf(grown, 1_600)?.investigation).toEqual(foldOf(log.slice(0, 1_600)));
  expect(pastOf(grown, 1_400)).toBeUndefined();
});

test('what was let go comes back at the front, and the past of it from a checkpoint', () => {
  const log = longLog(3_000);
  const trimmed = trim(whole(log), 1_000);
  const back = prepend(trimmed, log.slice(1_800, trimmed.first));
  expect(back.generation).not.toBe(trimmed.generation);
  expect(eventsOf(back)).toEqual(log.slice(1_800));
  expect(eventAt(back, 1_800)).toBe(log[1_800]);
  const start = checkpointBefore(trimmed, 1_234);
  const past = start === undefined ? undefined : resumeFrom(start, log.slice(start.end, 1_234));
  expect(past?.investigation).toEqual(foldOf(log.slice(0, 1_234)));
});

test.each([1_234, 1_500])(
  'one that was opened after %i events has its whole past once those are put before it',
  (from) => {
    const log = longLog(3_000);
    const opened = resumeFrom({ end: from, investigation: foldOf(log.slice(0, from)) }, log.slice(from));
    const back = prepend(opened, log.slice(0, from));
    expect(eventsOf(back)).toEqual(log);
    const ends = back.book.checkpoints.map(({ end }) => end);
    expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
    for (const end of [0, 1, 499, 1_000, from, 2_999]) {
      expect(pastOf(back, end)?.investigation).toEqual(foldOf(log.slice(0, end)));
      expect(end - (checkpointBefore(back, end)?.end ?? Number.NaN)).toBeLessThan(500);
    }
  },
);

test('one that was opened at a snapshot is, as events come in any order and number of times, the one folded from the start', () => {
  fc.assert(
    fc.property(
      arbitraryLog.chain((events) =>
        fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
      ),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      ([events, mixed], at, a, b) => {
        const end = at % (events.length + 1);
        const parts = [mixed.slice(0, a % (events.length + 1)), mixed.slice(b % (events.length + 1)), mixed];
        const opened = resumeFrom({ end, investigation: foldOf(events.slice(0, end)) }, []);
        const chronicle = parts.reduce(extend, opened);
        expect(chronicle.investigation).toEqual(foldOf(events));
        expect(eventsOf(chronicle)).toEqual(events.slice(end));
        expect([chronicle.first, chronicle.end]).toEqual([end, events.length]);
        const back = prepend(chronicle, events.slice(end >> 1, end));
        expect(eventsOf(back)).toEqual(events.slice(end >> 1));
        expect(extend(back, mixed)).toBe(back);
      },
    ),
  );
});

test('an event that comes late is put where it belongs, also behind what was let go', () => {
  const log = longLog(3_000);
  const late = log[2_700];
  if (late === undefined) throw new Error('no event');
  const chronicle = extend(trim(whole(log.filter((event) => event !== late)), 1_000), [late]);
  expect(chronicle.investigation).toEqual(foldOf(log));
  expect(eventsOf(chronicle)).toEqual(log.slice(-eventsOf(chronicle).length));
});
