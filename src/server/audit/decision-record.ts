import { seenAt } from '../../incident/decision-record.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import type { Remediation } from '../../incident/state.ts';
import type { DecisionRecord } from '../../protocol/api-decision-room.ts';
import type { AuditEntry } from '../../protocol/api-steering.ts';
import { readActor } from '../incidents/actor.ts';
import { digestOf } from '../incidents/digest.ts';
import type { IncidentRecord } from '../incidents/records.ts';
import type { Standing } from '../incidents/snapshots.ts';
import { auditIdOf } from './audit.ts';

/** What is decided on a plan, by people and by the clock. */
const DECISIONS: ReadonlySet<string> = new Set([
  'remediation.approved',
  'remediation.rejected',
  'remediation.expired',
  'remediation.executing',
  'remediation.rollback_requested',
]);

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** How the incident stood after a seq. */
type At = (seq: number) => Promise<Standing>;

/** As the audit names them: by what the server found, where it said so. */
const decider = (params: Record<string, unknown>): string | null => {
  const actor = readActor(params);
  return actor === undefined ? text(params.by) : (actor.email ?? actor.id);
};

const decisionOf = async (at: At, remediationId: string, event: IncidentEvent) => {
  const params: Record<string, unknown> = event.params;
  const seenDigest = text(params.seenDigest);
  const seen =
    seenDigest !== null && typeof params.seenSeq === 'number'
      ? (seenAt(await at(params.seenSeq), remediationId, params.seenSeq, event.at) ?? null)
      : null;
  return {
    auditId: auditIdOf(event.id),
    eventId: event.id,
    seq: event.seq ?? 1,
    action: event.method,
    by: decider(params),
    reason: text(params.reason),
    at: text(params.timestamp) ?? new Date(event.at).toISOString(),
    planDigest: text(params.planDigest),
    seenDigest,
    seen,
  };
};

/** From the first entry about the plan to the last, with all that the chain has in between. */
const stretchOf = (chain: readonly AuditEntry[], remediationId: string): AuditEntry[] => {
  const isOfPlan = ({ resourceId }: AuditEntry): boolean => resourceId === remediationId;
  return chain.slice(chain.findIndex(isOfPlan), chain.findLastIndex(isOfPlan) + 1);
};

/** The decision record of a plan; what it promises is said at `DecisionRecord`. */
export const decisionRecord = async (given: {
  incident: IncidentRecord;
  planEvents: Standing['planEvents'];
  at: At;
  plan: Remediation;
  chain: readonly AuditEntry[];
  exportedBy: string;
  now: number;
}): Promise<DecisionRecord> => {
  const { incident, planEvents, at, plan, chain } = given;
  const { remediationId } = plan;
  const decided = planEvents.filter(
    ({ method, params }) =>
      DECISIONS.has(method) && 'remediationId' in params && params.remediationId === remediationId,
  );
  const decisions = await Promise.all(decided.map((event) => decisionOf(at, remediationId, event)));
  const record = {
    type: 'causeflow.decision-record' as const,
    version: 1 as const,
    exportedAt: new Date(given.now).toISOString(),
    exportedBy: given.exportedBy,
    incident: { incidentId: incident.incidentId, title: incident.title, severity: incident.severity },
    remediation: { remediationId, title: plan.title, status: plan.status, outcome: plan.outcome },
    decisions,
    audit: stretchOf(chain, remediationId),
  };
  const written: Omit<DecisionRecord, 'digest'> = JSON.parse(JSON.stringify(record));
  return { ...written, digest: digestOf(written) } as DecisionRecord;
};
