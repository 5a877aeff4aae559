import { expect, test } from 'vitest';
import { emptyChronicle, eventsOf, extend } from './chronicle.ts';
import { toIncidentEvent } from './event.ts';
import { eventsFromSnapshot, type Snapshot } from './snapshot.ts';

const snapshot = (status: 'proposed' | 'executing' | 'executed'): Snapshot => ({
  incidentId: 'inc_1',
  results: {
    incidentId: 'inc_1',
    rootCause: 'The index is gone',
    confidence: 0.9,
    evidence: [],
    recommendedActions: [],
  },
  evidence: [{ evidenceId: 'evi_1', type: 'log', source: 'orders', summary: 'slow' }],
  remediations: [
    {
      remediationId: 'rem_1',
      incidentId: 'inc_1',
      title: 'Recreate it',
      status,
      requiresApproval: true,
      approvedBy: status === 'proposed' ? null : 'ana',
      approvedAt: status === 'proposed' ? null : '2026-01-01T00:00:00Z',
      steps: ['Create the index'],
      outcome: status === 'executed' ? 'resolved' : null,
      proposedAt: '2026-01-01T00:00:00Z',
      executedAt: null,
    },
  ],
});

const live = (method: string, params: Record<string, unknown>) => {
  const event = toIncidentEvent(method, { incidentId: 'inc_1', timestamp: '2026-01-01T00:00:05Z', ...params }, 0);
  return event === undefined ? [] : [event];
};

test('a snapshot folds into what it says', () => {
  const { investigation } = extend(emptyChronicle('inc_1'), eventsFromSnapshot(snapshot('executed'), 0));
  expect(investigation).toMatchObject({ phase: 'recovered', rootCause: { statement: 'The index is gone' } });
  expect(investigation.remediations[0]).toMatchObject({ status: 'executed', approvedBy: ['ana'], outcome: 'resolved' });
  expect(investigation.evidence).toHaveLength(1);
});

test('the same snapshot twice adds nothing, and a later one only what is new', () => {
  const first = extend(emptyChronicle('inc_1'), eventsFromSnapshot(snapshot('proposed'), 0));
  expect(extend(first, eventsFromSnapshot(snapshot('proposed'), 9_000))).toBe(first);
  const later = extend(first, eventsFromSnapshot(snapshot('executing'), 9_000));
  expect(later.end - first.end).toBe(2);
  expect(later.investigation.phase).toBe('executing');
});

test('what came live and is told again by a snapshot is there once', () => {
  const heard = extend(emptyChronicle('inc_1'), [
    ...live('investigation.completed', { rootCause: 'The index is gone', confidence: 0.9, recommendedActions: [] }),
    ...live('remediation.proposed', {
      remediationId: 'rem_1',
      title: 'Recreate it',
      requiresApproval: true,
      steps: ['Create the index'],
    }),
  ]);
  const merged = extend(heard, eventsFromSnapshot(snapshot('proposed'), 0));
  expect(
    eventsOf(merged)
      .map(({ method }) => method)
      .sort(),
  ).toEqual(['evidence.collected', 'investigation.completed', 'remediation.proposed']);
});

const proposed = (steps: readonly unknown[], timestamp: string) =>
  live('remediation.proposed', {
    remediationId: 'rem_1',
    title: 'Recreate it',
    requiresApproval: true,
    steps,
    timestamp,
  });

test('without positions, another plan under the same id takes the place of the one before', () => {
  const first = extend(emptyChronicle('inc_1'), proposed(['Create the index'], '2026-01-01T00:00:00Z'));
  const again = extend(first, proposed([{ description: 'Create the index' }], '2026-01-01T00:01:00Z'));
  expect(again).toBe(first);
  const { investigation } = extend(first, proposed(['Restart it'], '2026-01-01T00:01:00Z'));
  expect(investigation.remediations.map(({ steps }) => steps.map(({ description }) => description))).toEqual([
    ['Restart it'],
  ]);
});

test('a proposal that is told late in other words does not undo what was decided on it', () => {
  const decided = extend(emptyChronicle('inc_1'), [
    ...proposed(['Create the index'], '2026-01-01T00:00:10Z'),
    ...live('remediation.approved', { remediationId: 'rem_1', timestamp: '2026-01-01T00:01:00Z' }),
  ]);
  for (const told of ['2026-01-01T00:00:09Z', '2026-01-01T00:00:30Z']) {
    const { investigation } = extend(decided, proposed(['Create the index (concurrently)'], told));
    expect(investigation.remediations[0]).toMatchObject({ status: 'approved', approvedAt: expect.any(Number) });
  }
});
