import { z } from 'zod';
import type { Remediation } from '../../incident/state.ts';
import {
  ApprovalAnswer,
  ApproveRemediation,
  PendingApprovals,
  RejectRemediation,
  RemediationDecision,
  RemediationList,
  RemediationRecord,
  RespondToApproval,
} from '../../protocol/api.ts';
import { notFound } from '../api-problem.ts';
import type { ApiDeps } from './context.ts';
import { OfRemediation, type Route, route } from './route.ts';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const answerOf = (incidentId: string, plan: Remediation) => ({
  remediationId: plan.remediationId,
  incidentId,
  title: plan.title,
  description: plan.description,
  status: plan.status,
  requiresApproval: plan.requiresApproval,
  approvedBy: plan.approvedAt === null ? null : (plan.approvedBy.at(-1) ?? null),
  approvedAt: iso(plan.approvedAt),
  steps: plan.steps.map(({ startedAt: _, endedAt, durationMs: __, ...step }) => ({
    ...step,
    ...(endedAt === null ? {} : { completedAt: iso(endedAt) }),
  })),
  outcome: plan.outcome,
  proposedAt: iso(plan.proposedAt),
  executedAt: iso(plan.executedAt),
  planDigest: plan.planDigest,
  risk: plan.risk,
  rollback: plan.rollback,
  blastRadius: plan.blastRadius,
  undo: plan.undo,
  preconditions: plan.preconditions,
  expectedEffect: plan.expectedEffect,
  service: plan.service,
  claimedBy: plan.claimedBy,
  objections: plan.objections,
  approvalsRequired: plan.approvalsRequired,
  approvals: plan.approvedBy,
  expiresAt: iso(plan.expiresAt),
  approvalId: plan.approvalId,
});

/** Reading plans, and deciding on them. */
export const remediationRoutes = (deps: ApiDeps): readonly Route[] => {
  const { records, investigations, decisions, now } = deps;

  const plansOf = async (tenantId: string, incidentId: string) =>
    (await investigations.get(tenantId, incidentId)).investigation.remediations;

  return [
    route({
      method: 'GET',
      path: '/v1/remediation/:remediationId',
      summary: 'One plan by its id, or the plans of an incident by the incident’s.',
      access: 'anybody',
      params: OfRemediation,
      answer: z.union([RemediationRecord, RemediationList]),
      errors: ['incident_not_found', 'remediation_not_found'],
      async handle({ caller: { tenantId }, params: { remediationId: id } }) {
        const record = records.plan(tenantId, id);
        if (record !== undefined) {
          const plan = (await plansOf(tenantId, record.incidentId)).find((known) => known.remediationId === id);
          if (plan !== undefined) return answerOf(record.incidentId, plan);
        }
        if (records.incident(tenantId, id) === undefined) {
          throw id.startsWith('inc_')
            ? notFound('incident', 'There is no such incident.')
            : notFound('remediation', 'There is no such remediation.');
        }
        return { remediations: (await plansOf(tenantId, id)).map((plan) => answerOf(id, plan)) };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/approve',
      summary: 'Approves a plan; it is not executed by that. Some plans need two admins.',
      access: 'admin',
      params: OfRemediation,
      body: ApproveRemediation,
      answer: RemediationDecision,
      errors: [
        'remediation_not_found',
        'invalid_status',
        'plan_changed',
        'precondition_changed',
        'already_decided',
        'approval_expired',
      ],
      async handle({ caller, params, body: { planDigest, seenSeq, notes } }) {
        const plan = await decisions.approve(caller, params.remediationId, { planDigest, seenSeq }, notes);
        const { remediationId, approvedBy, approvalsRequired } = plan;
        return plan.status === 'proposed'
          ? { remediationId, status: 'proposed' as const, approvals: approvedBy.length, approvalsRequired }
          : { remediationId, status: 'approved' as const };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/reject',
      summary: 'Rejects a plan.',
      access: 'admin',
      params: OfRemediation,
      body: RejectRemediation,
      answer: RemediationDecision,
      errors: ['remediation_not_found', 'invalid_status'],
      async handle({ caller, params, body: { reason } }) {
        const { remediationId } = await decisions.reject(caller, params.remediationId, reason);
        return { remediationId, status: 'rejected' as const };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/execute',
      summary: 'Has an approved plan executed, once.',
      access: 'admin',
      params: OfRemediation,
      answer: RemediationDecision,
      errors: ['remediation_not_found', 'invalid_status'],
      async handle({ caller, params }) {
        const { remediationId } = await decisions.execute(caller, params.remediationId);
        return { remediationId, status: 'executing' as const };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/notifications/approvals/pending',
      summary: 'The plans that wait for a decision, the most urgent first.',
      access: 'anybody',
      answer: PendingApprovals,
      handle({ caller: { tenantId } }) {
        const items = records
          .pending(tenantId)
          .filter((plan) => plan.objectors.length > 0 || plan.expiresAt === null || Date.parse(plan.expiresAt) > now())
          .sort((a, b) => (a.expiresAt ?? '9').localeCompare(b.expiresAt ?? '9'))
          .map((plan) => ({
            approvalId: plan.approvalId ?? '',
            remediationId: plan.remediationId,
            incidentId: plan.incidentId,
            incidentTitle: records.incident(tenantId, plan.incidentId)?.title ?? '',
            remediationTitle: plan.title,
            steps: [...plan.steps],
            requestedAt: plan.requestedAt,
            expiresAt: plan.expiresAt,
            risk: plan.risk,
            planDigest: plan.planDigest,
            approvals: plan.approvals,
            approvalsRequired: plan.approvalsRequired,
            claimedBy: plan.claimedBy,
            objections: plan.objectors.length,
            isParked: plan.changed.length > 0,
          }));
        return { items, total: items.length };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/notifications/approvals/:approvalId/respond',
      summary: 'Approves and executes a plan in one step, or rejects it.',
      access: 'admin',
      params: z.object({ approvalId: z.string() }),
      body: RespondToApproval,
      answer: ApprovalAnswer,
      errors: ['approval_not_found', 'invalid_status', 'approval_expired', 'already_decided', 'precondition_changed'],
      async handle({ caller, params: { approvalId }, body: { decision, notes } }) {
        const record = records.planOfApproval(caller.tenantId, approvalId);
        if (record === undefined) throw notFound('approval', 'There is no such approval.');
        const asked = { approvalId, remediationId: record.remediationId };
        const plan = await decisions.respond(caller, asked, decision, notes);
        return {
          approvalId,
          decision,
          remediationId: plan.remediationId,
          remediationStatus: plan.status,
          decidedAt: new Date(plan.decisions.at(-1)?.at ?? now()).toISOString(),
        };
      },
    }),
  ];
};
