import { expect, test } from 'vitest';
import { emptyInvestigation } from '../../incident/empty.ts';
import { fold } from '../../incident/fold.ts';
import { statusIn } from '../../incident/status.ts';
import type { IncidentStatus } from '../../protocol/values.ts';
import { moved, moveOf } from './status-policy.ts';
import { toFoldable, toNewEvent } from './stored-event.ts';

type Told = readonly [method: string, params?: Record<string, unknown>];

const plan = { remediationId: 'rem_1', title: 'Fix', requiresApproval: true, steps: ['Create'] };
const undo = { reversibility: 'reversible', description: 'Drops it', steps: ['Drop'] };
const by = { remediationId: 'rem_1', by: 'ana@a.example' };
const begun: readonly Told[] = [['investigation.progress', { agentName: 'Logs', message: 'Reading' }]];
const approved: readonly Told[] = [...begun, ['remediation.proposed', { ...plan, undo }], ['remediation.approved', by]];
const executed: readonly Told[] = [
  ...approved,
  ['remediation.executing', by],
  ['remediation.executed', { remediationId: 'rem_1', outcome: 'resolved', durationMs: 1 }],
];

const WAYS: Record<string, readonly Told[]> = {
  approved,
  executed,
  'approved by one of two': [
    ...begun,
    ['remediation.proposed', { ...plan, approvalsRequired: 2 }],
    ['remediation.approved', { ...by, approvals: 1, approvalsRequired: 2 }],
  ],
  'rejected, and proposed anew': [
    ...begun,
    ['investigation.completed', { rootCause: 'x', confidence: 1, recommendedActions: [] }],
    ['remediation.proposed', plan],
    ['remediation.rejected', { ...by, reason: 'No' }],
    ['remediation.proposed', { ...plan, remediationId: 'rem_2' }],
  ],
  expired: [...begun, ['remediation.proposed', plan], ['remediation.expired', by]],
  'without approval': [
    ...begun,
    ['remediation.proposed', { ...plan, requiresApproval: false }],
    ['remediation.executing', by],
  ],
  failed: [...approved, ['remediation.executing', by], ['remediation.failed', { ...by, reason: 'x' }]],
  'taken back': [...executed, ['remediation.rollback_requested', by], ['remediation.rolled_back', by]],
  'not taken back': [...executed, ['remediation.rollback_requested', by], ['remediation.rollback_failed', by]],
  aborted: [...begun, ['investigation.aborted', { by: 'ana@a.example' }]],
};

test.each(Object.entries(WAYS))(
  'at every moment the events amount to the status that the incident had: %s',
  (_, told) => {
    let status: IncidentStatus = 'open';
    let state = emptyInvestigation('inc_1');
    const had: string[] = [];
    const amounts: string[] = [];
    for (const [index, [method, params = {}]] of told.entries()) {
      const eventId = `evt_${index}`;
      const full = { eventId, incidentId: 'inc_1', timestamp: '2026-03-03T14:27:00.000Z', ...params };
      const event = {
        ...toNewEvent(method, full),
        tenantId: 'ten_a',
        stream: 'inc_1',
        seq: index + 1,
        position: index + 1,
      };
      const foldable = toFoldable(event);
      if (foldable === undefined) throw new Error(`${method} is no event of an incident`);
      state = fold(state, [foldable]);
      const move = moveOf(event);
      status = (move && moved(status, move)) ?? status;
      had.push(`${method}: ${status}`);
      amounts.push(`${method}: ${statusIn(state)}`);
    }
    expect(amounts).toEqual(had);
  },
);
