import { expect, test } from 'vitest';
import { emptyChronicle, extend } from './chronicle.ts';
import { closedWith, closingOf } from './closed.ts';
import { type IncidentEvent, toIncidentEvent } from './event.ts';
import { postmortem } from './postmortem.ts';
import type { Investigation } from './state.ts';

const START = Date.UTC(2026, 0, 1);
const second = (count: number): number => START + count * 1_000;
const iso = (at: number): string => new Date(at).toISOString();

const foldAll = (told: readonly (readonly [string, Record<string, unknown>])[]): Investigation => {
  const events = told.flatMap(([method, params], index): IncidentEvent[] => {
    const full = { incidentId: 'inc_1', eventId: `evt_${index}`, seq: index + 1, timestamp: iso(second(index)) };
    const event = toIncidentEvent(method, { ...full, ...params }, 0);
    return event === undefined ? [] : [event];
  });
  return extend(emptyChronicle('inc_1'), events).investigation;
};

const running = ['agent.status', { agentName: 'Logs', role: 'logs', status: 'running' }] as const;
const open = foldAll([
  running,
  ['agent.status', { agentName: 'Metrics', role: 'metrics', status: 'done' }],
  ['investigation.progress', { agentName: 'Triage', message: 'Looking' }],
  ['investigation.progress', { agentName: 'Logs', message: 'Reading' }],
]);
const close = (state: Investigation, status: string, at: string | null = null): Investigation => {
  const closing = closingOf(status, at);
  return closing === null ? state : closedWith(state, closing);
};

test('an agent left open by an incident that was closed is cut off at its last sign of life', () => {
  const { agents } = close(open, 'closed');
  expect(agents.get('Logs')).toMatchObject({
    status: 'done',
    cut: true,
    endedAt: second(3),
    spans: [{ from: second(0), to: second(3), failed: false }],
  });
  expect(agents.get('Triage')).toMatchObject({ status: 'done', cut: true, endedAt: second(2) });
  expect(agents.get('Metrics')).toBe(open.agents.get('Metrics'));
});

test('the time of a closed incident ends when it was closed, and never before the last sign of life', () => {
  expect(close(open, 'resolved', iso(second(60))).endedAt).toBe(second(60));
  expect(close(open, 'closed', iso(second(2))).endedAt).toBe(second(3));
  expect(close(open, 'closed').endedAt).toBe(second(3));
});

test('an agent that is sent off again in an incident that stays closed is at work', () => {
  const again = foldAll([
    running,
    ['agent.status', { agentName: 'Metrics', role: 'metrics', status: 'running' }],
    ['agent.status', { agentName: 'Metrics', role: 'metrics', status: 'done' }],
    ['agent.status', { agentName: 'Metrics', role: 'metrics', status: 'running' }],
  ]);
  const closed = close(again, 'closed', iso(second(2)));
  expect(closed.agents.get('Logs')).toMatchObject({ status: 'done', cut: true });
  expect(closed.agents.get('Metrics')).toMatchObject({ status: 'running', cut: false });
  expect(closed.endedAt).toBeNull();
});

test('an incident that goes on is left as it is', () => {
  for (const status of ['open', 'triaging', 'investigating', 'awaiting_approval', 'remediating'])
    expect(close(open, status)).toBe(open);
});

test('after its plan resolved it, an agent that says it is at work again is', () => {
  const resolved = foldAll([
    running,
    ['remediation.proposed', { remediationId: 'rem_1', title: 'Fix', requiresApproval: false, steps: ['Do it'] }],
    ['remediation.executed', { remediationId: 'rem_1', outcome: 'resolved' }],
    running,
  ]);
  expect(close(resolved, 'resolved')).toBe(resolved);
  expect(close(resolved, 'closed').agents.get('Logs')).toMatchObject({ status: 'done', cut: true });
});

test('a postmortem of an incident that was closed by hand says when it ended', () => {
  const head = { incidentId: 'inc_1', title: 'Slow', severity: 'high', createdAt: iso(START) };
  const draft = (status: string, resolvedAt: string | null) =>
    postmortem({ ...head, status, resolvedAt }, { events: [], investigation: open });
  expect(draft('closed', iso(second(60)))).toContain('| Ended | 2026-01-01 00:01:00 UTC |');
  expect(draft('investigating', null)).toContain('| Ended | still open |');
});
