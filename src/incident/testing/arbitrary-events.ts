import fc from 'fast-check';
import { type IncidentEvent, toIncidentEvent } from '../event.ts';

const INCIDENT = 'inc_1';
const START = Date.UTC(2026, 0, 1);

const agentName = fc.constantFrom('Triage', 'Metrics', 'Logs');
const remediationId = fc.constantFrom('rem_1', 'rem_2');
const stepId = fc.constantFrom('s1', 's2');
const confidence = fc.double({ min: 0, max: 1, noNaN: true });

const told = fc.oneof(
  fc.record({
    method: fc.constant('investigation.progress'),
    params: fc.record({
      agentName,
      message: fc.string(),
      kind: fc.constantFrom('status', 'thought', 'tool_call', 'tool_result', 'finding'),
    }),
  }),
  fc.record({
    method: fc.constant('agent.status'),
    params: fc.record({
      agentName,
      role: fc.constant('role'),
      status: fc.constantFrom('queued', 'running', 'waiting', 'done', 'failed'),
    }),
  }),
  fc.record({
    method: fc.constant('evidence.collected'),
    params: fc.record({
      evidence: fc.record({
        evidenceId: fc.constantFrom('evi_1', 'evi_2', 'evi_3'),
        type: fc.constant('log'),
        source: fc.constant('orders'),
        summary: fc.string(),
      }),
    }),
  }),
  fc.record({
    method: fc.constant('hypothesis.updated'),
    params: fc.record({
      hypothesisId: fc.constantFrom('hyp_1', 'hyp_2'),
      statement: fc.string(),
      status: fc.constantFrom('proposed', 'supported', 'refuted', 'confirmed'),
      confidence,
      evidenceIds: fc.constant([]),
      agentName,
    }),
  }),
  fc.record({
    method: fc.constant('investigation.completed'),
    params: fc.record({ rootCause: fc.string(), confidence, recommendedActions: fc.constant([]) }),
  }),
  fc.record({
    method: fc.constant('remediation.proposed'),
    params: fc.record({
      remediationId,
      title: fc.string(),
      requiresApproval: fc.boolean(),
      steps: fc.constant([{ stepId: 's1', description: 'one' }, 'two']),
      preconditions: fc.constant([{ preconditionId: 'pre_1', statement: 'replicas = 6' }]),
      undo: fc.record({
        reversibility: fc.constantFrom('reversible', 'costly', 'irreversible'),
        steps: fc.constant(['back']),
      }),
      approvalsRequired: fc.constantFrom(1, 2),
    }),
  }),
  fc.record({
    method: fc.constantFrom(
      'remediation.approved',
      'remediation.rejected',
      'remediation.expired',
      'remediation.executing',
      'remediation.executed',
      'remediation.failed',
      'remediation.check_requested',
      'remediation.objected',
      'remediation.objection_withdrawn',
      'remediation.rollback_requested',
      'remediation.rolled_back',
      'remediation.rollback_failed',
    ),
    params: fc.record({ remediationId, by: fc.constantFrom('ana', 'ben') }),
  }),
  fc.record({
    method: fc.constant('remediation.precondition'),
    params: fc.record({
      remediationId,
      preconditionId: fc.constant('pre_1'),
      status: fc.constantFrom('holds', 'changed', 'unknown'),
    }),
  }),
  fc.record({
    method: fc.constant('remediation.claimed'),
    params: fc.record({ remediationId, claimedBy: fc.constantFrom('ana', null) }),
  }),
  fc.record({
    method: fc.constant('agent.instructed'),
    params: fc.record({ agentName, instruction: fc.constantFrom('ask', 'skip', 'stop'), by: fc.constant('ana') }),
  }),
  fc.record({
    method: fc.constant('evidence.check_requested'),
    params: fc.record({ evidenceId: fc.constantFrom('evi_1', 'evi_9'), by: fc.constant('ana') }),
  }),
  fc.record({
    method: fc.constant('remediation.step'),
    params: fc.record({ remediationId, stepId, status: fc.constantFrom('running', 'completed', 'failed') }),
  }),
  fc.record({ method: fc.constant('something.new'), params: fc.record({ value: fc.integer() }) }),
);

/** A log of one incident: any events in any order, numbered with holes. */
export const arbitraryLog: fc.Arbitrary<readonly IncidentEvent[]> = fc
  .array(fc.tuple(told, fc.integer({ min: 1, max: 3 })), { maxLength: 60 })
  .map((entries) => {
    let seq = 0;
    return entries.flatMap(([{ method, params }, step], index) => {
      seq += step;
      const timestamp = new Date(START + index * 1000).toISOString();
      const event = toIncidentEvent(
        method,
        { ...params, incidentId: INCIDENT, eventId: `evt_${index}`, seq, timestamp },
        0,
      );
      return event === undefined ? [] : [event];
    });
  });
