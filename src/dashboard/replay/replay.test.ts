import { describe, expect, it } from 'vitest';
import { type Chronicle, emptyChronicle, extend, trim } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { createMarkers, thinned } from './markers.ts';
import { createTimeAxis } from './time-axis.ts';

const at = (seconds: number, seq: number, kind = 'status'): IncidentEvent => {
  const params = { incidentId: 'inc_1', eventId: `evt_${seq}`, seq, agentName: 'Logs', message: `m${seq}`, kind };
  const event = toIncidentEvent('investigation.progress', params, seconds * 1_000);
  if (event === undefined) throw new Error('no event');
  return event;
};
const cause = (seq: number): IncidentEvent => {
  const params = {
    incidentId: 'inc_1',
    eventId: `evt_${seq}`,
    seq,
    rootCause: 'the index',
    confidence: 0.9,
    recommendedActions: [],
  };
  const event = toIncidentEvent('investigation.completed', params, seq * 1_000);
  if (event === undefined) throw new Error('no event');
  return event;
};
const chronicleOf = (...events: IncidentEvent[]): Chronicle => extend(emptyChronicle('inc_1'), events);

describe('the axis of a replay', () => {
  it('is true to time, but for stretches in which nothing happened', () => {
    const axis = createTimeAxis()(chronicleOf(at(100, 1), at(102, 2), at(900, 3), at(901, 4)));
    expect([0, 1, 2, 3, 4].map(axis.offsetOf)).toEqual([0, 0, 2_000, 7_000, 8_000]);
    expect(axis.length).toBe(8_000);
    expect([0, 1_999, 2_000, 6_999, 7_000, 8_000].map(axis.endAt)).toEqual([1, 1, 2, 2, 3, 4]);
  });

  it('grows as events come, and never runs back where clocks do', () => {
    const build = createTimeAxis();
    const first = chronicleOf(at(1, 1), at(4, 2));
    build(first);
    const axis = build(extend(first, [at(2, 3), at(5, 4)]));
    expect([1, 2, 3, 4].map(axis.offsetOf)).toEqual([0, 3_000, 3_000, 4_000]);
  });

  it('keeps the length of what was let go', () => {
    const events = Array.from({ length: 2_000 }, (_, index) => at(index, index + 1));
    const build = createTimeAxis();
    const whole = chronicleOf(...events);
    expect(build(whole).length).toBe(1_999_000);
    const trimmed = trim(whole, 500);
    expect(build(trimmed).offsetOf(1_000)).toBe(999_000);
    expect(createTimeAxis()(trimmed).length).toBeCloseTo(1_999_000, -4);
  });
});

it('sums up what was let go and goes on, without losing its length or the order of what is gone', () => {
  const build = createTimeAxis();
  const whole = createTimeAxis();
  let [kept, all] = [emptyChronicle('inc_1'), emptyChronicle('inc_1')];
  let axis = build(kept);
  for (let from = 0; from < 120_000; from += 2_000) {
    const events = Array.from({ length: 2_000 }, (_, index) => at((from + index) * 0.1, from + index + 1));
    all = extend(all, events);
    kept = trim(extend(kept, events), 5_000);
    axis = build(kept);
  }
  const exact = whole(all);
  expect(axis.length).toBe(exact.length);
  for (let end = kept.first; end <= 120_000; end += 500) expect(axis.offsetOf(end)).toBe(exact.offsetOf(end));
  for (let end = 1_000; end < kept.first; end += 1_000) {
    expect(Math.abs(axis.offsetOf(end) - exact.offsetOf(end)) / exact.length).toBeLessThan(0.01);
    expect(Math.abs(axis.endAt(exact.offsetOf(end)) - end) / 120_000).toBeLessThan(0.01);
  }
});

it('leaves out findings where there are more markers than any line has room for, and no decision', () => {
  const markersOf = createMarkers();
  let chronicle = emptyChronicle('inc_1');
  for (let from = 1; from <= 20_000; from += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, index) =>
      (from + index) % 5_000 === 0 ? cause(from + index) : at(from + index, from + index, 'finding'),
    );
    chronicle = trim(extend(chronicle, events), 2_000);
    markersOf(chronicle);
  }
  const markers = markersOf(chronicle);
  expect(markers.length).toBeGreaterThan(500);
  expect(markers.length).toBeLessThanOrEqual(2_000);
  expect(markers.filter(({ kind }) => kind === 'cause').map(({ ordinal }) => ordinal)).toEqual([
    4_999, 9_999, 14_999, 19_999,
  ]);
  expect(markersOf(chronicle)).toBe(markers);
});

it('marks findings and decisions, and of those in one place the one that says most', () => {
  const proposed = toIncidentEvent(
    'remediation.proposed',
    { incidentId: 'inc_1', eventId: 'p', seq: 4, remediationId: 'r', title: 'Fix', requiresApproval: true, steps: [] },
    3_000,
  );
  if (proposed === undefined) throw new Error('no event');
  const chronicle = chronicleOf(at(1, 1), at(2, 2, 'finding'), at(3, 3, 'finding'), proposed);
  const markers = createMarkers()(chronicle);
  expect(markers.map(({ ordinal, kind }) => [ordinal, kind])).toEqual([
    [1, 'finding'],
    [2, 'finding'],
    [3, 'decision'],
  ]);
  const { offsetOf, length } = createTimeAxis()(chronicle);
  expect(thinned(markers, offsetOf, length, 100).map(({ kind }) => kind)).toEqual(['finding', 'decision']);
});
