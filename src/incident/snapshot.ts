import type { InvestigationResults, RemediationRecord } from '../protocol/api.ts';
import type { Evidence } from '../protocol/evidence.ts';
import { readStep } from '../protocol/remediation.ts';
import { type IncidentEvent, toIncidentEvent } from './event.ts';

export type Snapshot = {
  incidentId: string;
  results: InvestigationResults | null;
  evidence: readonly Evidence[];
  remediations: readonly RemediationRecord[];
};

type Told = [method: string, params: Record<string, unknown>];

const stepsTold = (record: RemediationRecord): Told[] =>
  record.steps.map(readStep).flatMap((step): Told[] => {
    const { stepId, status, output } = step;
    if (status === 'pending') return [];
    const params = { remediationId: record.remediationId, stepId, status, timestamp: step.completedAt ?? undefined };
    return [['remediation.step', output === undefined ? params : { ...params, output }]];
  });

/** The events that a plan in this status must have seen, in order. */
const planTold = (record: RemediationRecord): Told[] => {
  const { remediationId, status } = record;
  const approved: Told = [
    'remediation.approved',
    { remediationId, approvedBy: record.approvedBy ?? undefined, timestamp: record.approvedAt ?? undefined },
  ];
  const executing: Told = ['remediation.executing', { remediationId }];
  const ended = { remediationId, outcome: record.outcome ?? undefined, timestamp: record.executedAt ?? undefined };
  const proposed: Told = ['remediation.proposed', { ...record, timestamp: record.proposedAt ?? undefined }];
  const wasApproved = record.approvedAt != null ? [approved] : [];
  switch (status) {
    case 'proposed':
      return [proposed];
    case 'approved':
      return [proposed, approved];
    case 'executing':
      return [proposed, ...wasApproved, executing, ...stepsTold(record)];
    case 'executed':
      return [proposed, ...wasApproved, executing, ...stepsTold(record), ['remediation.executed', ended]];
    case 'failed':
      return [proposed, ...wasApproved, executing, ...stepsTold(record), ['remediation.failed', ended]];
    case 'rejected':
      return [proposed, ['remediation.rejected', { remediationId }]];
    case 'expired':
      return [proposed, ['remediation.expired', { remediationId }]];
  }
};

/**
 * A REST snapshot as events, so that one fold serves relays with and without a log. The ids come from what they are
 * about, so that the live notification of the same thing and a second snapshot add nothing.
 */
export const eventsFromSnapshot = (snapshot: Snapshot, now: number): readonly IncidentEvent[] => {
  const { incidentId, results } = snapshot;
  const told: Told[] = [
    ...snapshot.evidence.map((evidence): Told => ['evidence.collected', { evidence, timestamp: evidence.timestamp }]),
    ...(results === null || results.rootCause === null
      ? []
      : [['investigation.completed', { ...results, evidence: undefined }] as Told]),
    ...snapshot.remediations.flatMap(planTold),
  ];
  return told.flatMap(([method, params]) => {
    const given = Object.fromEntries(Object.entries({ ...params, incidentId }).filter(([, value]) => value != null));
    const event = toIncidentEvent(method, given, now);
    return event === undefined ? [] : [event];
  });
};
