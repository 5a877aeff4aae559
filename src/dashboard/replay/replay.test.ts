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
