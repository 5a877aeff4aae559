import { expect, test } from 'vitest';
import { emptyChronicle, extend } from './chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from './event.ts';
import type { Investigation } from './state.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const foldAll = (told: readonly (readonly [string, Record<string, unknown>])[]): Investigation => {
  const events = told.flatMap(([method, params], index): IncidentEvent[] => {
    const full = { incidentId: 'inc_1', eventId: `evt_${index}`, seq: index + 1, timestamp: at(index), ...params };
    const event = toIncidentEvent(method, full, 0);
    return event === undefined ? [] : [event];
  });
  return extend(emptyChronicle('inc_1'), events).investigation;
};

const proposal = {
  remediationId: 'rem_1',
  title: 'Recreate the index',
  requiresApproval: true,
  steps: [{ stepId: 'a', type: 'sql_migration', description: 'Create it' }, 'Verify'],
};

test('before the first event an investigation is waiting', () => {
  expect(foldAll([])).toMatchObject({ phase: 'waiting', lastSeq: 0, startedAt: null });
});

test('an agent moves from queued to done and its lane closes', () => {
  const { agents } = foldAll([
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'queued' }],
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'running', task: 'Reading' }],
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'waiting' }],
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'running' }],
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'done' }],
  ]);
  const lane = agents.get('Logs');
  expect(lane).toMatchObject({ status: 'done', task: 'Reading' });
  expect(lane?.spans).toEqual([
    { from: Date.parse(at(1)), to: Date.parse(at(2)), failed: false },
    { from: Date.parse(at(3)), to: Date.parse(at(4)), failed: false },
  ]);
});

test('evidence is labelled by first appearance and a newer version replaces the older one in its place', () => {
  const evidence = { type: 'log', source: 'orders', summary: 'one' };
  const { evidence: list } = foldAll([
    ['evidence.collected', { evidence: { ...evidence, evidenceId: 'evi_a' } }],
    ['evidence.collected', { evidence: { ...evidence, evidenceId: 'evi_b' } }],
    ['evidence.collected', { evidence: { ...evidence, evidenceId: 'evi_a', summary: 'newer' } }],
  ]);
  expect(list.map(({ label, summary }) => [label, summary])).toEqual([
    ['E1', 'newer'],
    ['E2', 'one'],
  ]);
});

test('a hypothesis keeps the history of its confidence', () => {
  const common = { hypothesisId: 'hyp_1', statement: 'Index dropped', evidenceIds: [], agentName: 'Database' };
  const { hypotheses } = foldAll([
    ['hypothesis.updated', { ...common, status: 'proposed', confidence: 0.3 }],
    ['hypothesis.updated', { ...common, status: 'confirmed', confidence: 0.9, reason: 'the plan scans' }],
  ]);
  expect(hypotheses).toHaveLength(1);
  expect(hypotheses[0]).toMatchObject({ status: 'confirmed', reason: 'the plan scans' });
  expect(hypotheses[0]?.history.map(({ confidence }) => confidence)).toEqual([0.3, 0.9]);
});

test('a plan goes from its proposal through approval and its steps to the end', () => {
  const done = foldAll([
    ['remediation.proposed', proposal],
    ['remediation.approved', { remediationId: 'rem_1', by: 'ana' }],
    ['remediation.executing', { remediationId: 'rem_1', by: 'ana' }],
    ['remediation.step', { remediationId: 'rem_1', stepId: 'a', status: 'running' }],
    ['remediation.step', { remediationId: 'rem_1', stepId: 'a', status: 'completed', output: 'created' }],
    ['remediation.executed', { remediationId: 'rem_1', outcome: 'resolved', durationMs: 1200 }],
  ]);
  expect(done.phase).toBe('recovered');
  expect(done.endedAt).toBe(Date.parse(at(5)));
  const [plan] = done.remediations;
  expect(plan).toMatchObject({ status: 'executed', approvedBy: ['ana'], outcome: 'resolved', durationMs: 1200 });
  expect(plan?.steps[0]).toMatchObject({ status: 'completed', output: 'created', durationMs: 1000 });
  expect(plan?.steps[1]).toMatchObject({ stepId: 'step-2', description: 'Verify', status: 'pending' });
});

test('a plan that needs two approvals stays proposed after the first', () => {
  const first = { remediationId: 'rem_1', by: 'ana', approvals: 1, approvalsRequired: 2 };
  const second = { remediationId: 'rem_1', by: 'ben', approvals: 2, approvalsRequired: 2 };
  const proposed = { ...proposal, approvalsRequired: 2 };
  expect(
    foldAll([
      ['remediation.proposed', proposed],
      ['remediation.approved', first],
    ]).phase,
  ).toBe('approval');
  const both = foldAll([
    ['remediation.proposed', proposed],
    ['remediation.approved', first],
    ['remediation.approved', second],
  ]);
  expect(both.phase).toBe('approved');
  expect(both.remediations[0]?.approvedBy).toEqual(['ana', 'ben']);
});

test('a plan proposed anew is decided on anew, and the earlier decisions stay on record', () => {
  const { remediations, phase } = foldAll([
    ['remediation.proposed', proposal],
    ['remediation.rejected', { remediationId: 'rem_1', by: 'ana', reason: 'too risky' }],
    ['remediation.proposed', { ...proposal, title: 'Recreate it concurrently' }],
  ]);
  expect(phase).toBe('approval');
  expect(remediations).toHaveLength(1);
  expect(remediations[0]).toMatchObject({ title: 'Recreate it concurrently', status: 'proposed', approvedBy: [] });
  expect(remediations[0]?.decisions.map(({ verdict, reason }) => [verdict, reason])).toEqual([
    ['rejected', 'too risky'],
  ]);
});

test('a plan that came with a record from elsewhere is told apart, and one proposed here after it is none', () => {
  const { remediations } = foldAll([
    ['remediation.proposed', { ...proposal, importedAt: '2030-01-01T00:00:00.000Z' }],
    ['remediation.proposed', { ...proposal, remediationId: 'rem_2' }],
  ]);
  expect(remediations.map(({ imported }) => imported)).toEqual([true, false]);
});

test('an agent that never says its state is done when the investigation is', () => {
  const { agents } = foldAll([
    ['investigation.progress', { agentName: 'Triage', message: 'Looking' }],
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'waiting' }],
    ['investigation.completed', { rootCause: 'x', confidence: 1, recommendedActions: [] }],
  ]);
  expect(agents.get('Triage')).toMatchObject({ status: 'done', endedAt: Date.parse(at(2)) });
  expect(agents.get('Logs')).toMatchObject({ status: 'waiting', endedAt: null });
});

test('an abort ends the lanes that were open', () => {
  const state = foldAll([
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'running' }],
    ['investigation.aborted', { by: 'ana', reason: 'false alarm' }],
  ]);
  expect(state.phase).toBe('aborted');
  expect(state.agents.get('Logs')).toMatchObject({ status: 'done', cut: true, endedAt: Date.parse(at(1)) });
});

test('an agent that never says how it ended is cut off when the incident is resolved', () => {
  const resolved: readonly (readonly [string, Record<string, unknown>])[] = [
    ['agent.status', { agentName: 'Logs', role: 'logs', status: 'running' }],
    ['agent.status', { agentName: 'Metrics', role: 'metrics', status: 'done' }],
    ['remediation.proposed', proposal],
    ['remediation.executed', { remediationId: 'rem_1', outcome: 'resolved', durationMs: 1 }],
    ['investigation.progress', { agentName: 'Logs', message: 'One more line' }],
  ];
  const { agents } = foldAll(resolved);
  const ended = { status: 'done', cut: true, endedAt: Date.parse(at(3)) };
  expect(agents.get('Logs')).toMatchObject({ ...ended, spans: [{ from: Date.parse(at(0)), to: Date.parse(at(3)) }] });
  expect(agents.get('Metrics')).toMatchObject({ status: 'done', cut: false });

  const late = foldAll([...resolved, ['agent.status', { agentName: 'Logs', role: 'logs', status: 'done' }]]);
  expect(late.agents.get('Logs')).toMatchObject({ status: 'done', cut: false });
  const again = foldAll([...resolved, ['agent.status', { agentName: 'Logs', role: 'logs', status: 'running' }]]);
  expect(again.agents.get('Logs')).toMatchObject({ status: 'running', cut: false, endedAt: null });
});

test('an unknown method and unreadable params are kept as generic events', () => {
  const unknown = toIncidentEvent('something.new', { incidentId: 'inc_1', a: 1 }, 5);
  const broken = toIncidentEvent('investigation.progress', { incidentId: 'inc_1', message: 7 }, 5);
  expect(unknown).toMatchObject({ method: 'unknown', name: 'something.new', at: 5 });
  expect(broken).toMatchObject({ method: 'unknown', name: 'investigation.progress' });
});

test('what concerns no investigation is no event of one', () => {
  expect(toIncidentEvent('pong', {}, 0)).toBeUndefined();
  expect(toIncidentEvent('connected', { connectionId: 'conn_1' }, 0)).toBeUndefined();
});
