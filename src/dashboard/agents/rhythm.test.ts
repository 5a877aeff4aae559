import { describe, expect, it } from 'vitest';
import { emptyChronicle, extend } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { createRhythms, silenceOf, silentAfterMs, usualGapMs } from './rhythm.ts';

const told = (
  seconds: number,
  method = 'investigation.progress',
  params: Record<string, unknown> = {},
): IncidentEvent => {
  const all = { incidentId: 'inc_1', eventId: `evt_${seconds}`, agentName: 'Metrics', message: 'm', ...params };
  const event = toIncidentEvent(method, all, seconds * 1_000);
  if (event === undefined) throw new Error('no event');
  return event;
};
const status = (seconds: number, state: string) => told(seconds, 'agent.status', { role: 'metrics', status: state });

describe('the rhythm of an agent', () => {
  it('is the median of its own pauses', () => {
    const rhythms = createRhythms();
    const first = extend(
      emptyChronicle('inc_1'),
      [0, 6, 12, 90].map((at) => told(at)),
    );
    rhythms(first);
    const signs = rhythms(extend(first, [told(96), told(102)])).get('Metrics');
    expect(usualGapMs(signs?.gaps ?? [])).toBe(6_000);
    expect(signs?.lastAt).toBe(102_000);
  });

  it('leaves out how long it waited for somebody else', () => {
    const log = [
      status(0, 'running'),
      told(2),
      told(4),
      status(5, 'waiting'),
      status(900, 'running'),
      told(902),
      told(904),
    ];
    const signs = createRhythms()(extend(emptyChronicle('inc_1'), log)).get('Metrics');
    expect(Math.max(...(signs?.gaps ?? []))).toBe(2_000);
  });
});

describe('an agent', () => {
  const signs = { lastAt: 100_000, gaps: [6_000, 6_000, 6_000] };
  const running = { status: 'running', lastAt: 100_000 };

  it('that pauses as it usually does is not silent', () => {
    expect(silenceOf(running, signs, 100_000 + 17_000)).toBeNull();
    expect(silenceOf(running, signs, 100_000 + 18_000)).toEqual({ sinceMs: 18_000, usualMs: 6_000 });
  });

  it('of which little is known gets more time, and a quick one some seconds', () => {
    expect(silentAfterMs(null)).toBe(30_000);
    expect(silentAfterMs(100)).toBe(10_000);
  });

  it('that waits or is done is not called silent', () => {
    for (const state of ['queued', 'waiting', 'done', 'failed'])
      expect(silenceOf({ ...running, status: state }, signs, 1_000_000)).toBeNull();
  });
});
