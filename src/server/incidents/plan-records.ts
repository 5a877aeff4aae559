import type { z } from 'zod';
import { type PlanSteps, RemediationProposed } from '../../protocol/remediation.ts';
import type { Risk } from '../../protocol/values.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import { isImported, isLastApproval, readParams } from './stored-event.ts';

/** What a list shows of a plan that waits. */
export type PlanRecord = {
  tenantId: string;
  incidentId: string;
  remediationId: string;
  approvalId: string | null;
  title: string;
  steps: z.infer<typeof PlanSteps>;
  requestedAt: string;
  expiresAt: string | null;
  pending: boolean;
  /** It came with a record from elsewhere: history, on which nobody decides and of which nothing more becomes. */
  imported: boolean;
  risk: Risk | null;
  planDigest: string | null;
  approvals: number;
  approvalsRequired: number;
  claimedBy: string | null;
  /** Who objects now; while there are any it does not expire. */
  objectors: readonly string[];
  /** The facts that are no longer as they were; while there are any it cannot be approved. */
  changed: readonly string[];
};

const inRoom = (plan: PlanRecord, method: string, params: Record<string, unknown>): PlanRecord => {
  const objector = String(params.objectorId ?? params.by);
  switch (method) {
    case 'remediation.precondition': {
      const id = String(params.preconditionId);
      const others = plan.changed.filter((known) => known !== id);
      return { ...plan, changed: params.status === 'changed' ? [...others, id] : others };
    }
    case 'remediation.claimed':
      return { ...plan, claimedBy: typeof params.claimedBy === 'string' ? params.claimedBy : null };
    case 'remediation.objected':
      return { ...plan, objectors: [...plan.objectors, objector] };
    default: {
      const expiresAt = typeof params.expiresAt === 'string' ? params.expiresAt : plan.expiresAt;
      return { ...plan, expiresAt, objectors: plan.objectors.filter((known) => known !== objector) };
    }
  }
};

/** The plans of all tenants, by their ids and those of their approvals. */
export const createPlanRecords = () => {
  const plans = new Map<string, PlanRecord>();
  const approvals = new Map<string, string>();

  const proposed = (event: LoggedEvent): void => {
    const { data } = RemediationProposed.safeParse(readParams(event));
    if (data === undefined) return;
    const imported = isImported(event);
    // A plan belongs to the incident that it was first proposed for; a record takes no id from anybody, and keeps none.
    const first = plans.get(`${event.tenantId}/${data.remediationId}`);
    const isOwn = first?.incidentId === event.stream;
    if (first !== undefined && !isOwn && (imported || !first.imported)) return;
    const approval = `${event.tenantId}/${data.approvalId ?? ''}`;
    const isTaken = (approvals.get(approval) ?? data.remediationId) !== data.remediationId;
    if (data.approvalId !== undefined && !imported && !isTaken) approvals.set(approval, data.remediationId);
    plans.set(`${event.tenantId}/${data.remediationId}`, {
      tenantId: event.tenantId,
      incidentId: event.stream,
      remediationId: data.remediationId,
      approvalId: data.approvalId ?? null,
      title: data.title,
      steps: data.steps,
      requestedAt: data.timestamp ?? '',
      expiresAt: data.expiresAt ?? null,
      pending: data.requiresApproval && !imported,
      imported,
      risk: data.risk ?? null,
      planDigest: data.planDigest ?? null,
      approvals: 0,
      approvalsRequired: data.approvalsRequired ?? 1,
      claimedBy: isOwn ? first.claimedBy : null,
      objectors: [],
      changed: (data.preconditions ?? []).flatMap((one) => (one.status === 'changed' ? [one.preconditionId] : [])),
    });
  };

  const changePlan = (event: LoggedEvent, to: (plan: PlanRecord) => PlanRecord): void => {
    const name = `${event.tenantId}/${String(readParams(event).remediationId)}`;
    const plan = plans.get(name);
    if (plan?.incidentId === event.stream) plans.set(name, to(plan));
  };

  const decided = (event: LoggedEvent): void => {
    const params = readParams(event);
    changePlan(event, (plan) =>
      event.method === 'remediation.approved' && !isLastApproval(params)
        ? { ...plan, approvals: plan.approvals + 1 }
        : { ...plan, pending: false },
    );
  };

  return {
    apply(event: LoggedEvent): void {
      switch (event.method) {
        case 'remediation.proposed':
          return proposed(event);
        case 'remediation.approved':
        case 'remediation.rejected':
        case 'remediation.expired':
        case 'remediation.executing':
          return decided(event);
        case 'remediation.precondition':
        case 'remediation.claimed':
        case 'remediation.objected':
        case 'remediation.objection_withdrawn':
          return changePlan(event, (plan) => inRoom(plan, event.method, readParams(event)));
        default:
          return;
      }
    },
    plan: (tenantId: string, remediationId: string): PlanRecord | undefined =>
      plans.get(`${tenantId}/${remediationId}`),
    planOfApproval: (tenantId: string, approvalId: string): PlanRecord | undefined =>
      plans.get(`${tenantId}/${approvals.get(`${tenantId}/${approvalId}`) ?? ''}`),
    pending: (tenantId?: string): readonly PlanRecord[] =>
      [...plans.values()].filter((plan) => plan.pending && (tenantId === undefined || plan.tenantId === tenantId)),
  };
};
