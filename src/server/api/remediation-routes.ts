import type { FastifyInstance } from 'fastify';
import type { Remediation } from '../../incident/state.ts';
import { ApproveRemediation, RejectRemediation, RespondToApproval } from '../../protocol/api.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import { type ApiDeps, mustBeAdmin, readInput } from './context.ts';

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
  approvalsRequired: plan.approvalsRequired,
  approvals: plan.approvedBy,
  expiresAt: iso(plan.expiresAt),
  approvalId: plan.approvalId,
});

export const registerRemediationRoutes = (app: FastifyInstance, deps: ApiDeps): void => {
  const { records, investigations, decisions, authenticate, now } = deps;

  const plansOf = async (tenantId: string, incidentId: string) =>
    (await investigations.get(tenantId, incidentId)).investigation.remediations;

  app.get<{ Params: { id: string } }>('/v1/remediation/:id', async (request) => {
    const { tenantId } = await authenticate(request);
    const { id } = request.params;
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
  });

  app.post<{ Params: { id: string } }>('/v1/remediation/:id/approve', async (request) => {
    const admin = mustBeAdmin(await authenticate(request));
    const { planDigest, notes } = readInput(ApproveRemediation, request.body);
    const plan = await decisions.approve(admin, request.params.id, planDigest, notes);
    const { remediationId, approvedBy, approvalsRequired } = plan;
    return plan.status === 'proposed'
      ? { remediationId, status: 'proposed', approvals: approvedBy.length, approvalsRequired }
      : { remediationId, status: 'approved' };
  });

  app.post<{ Params: { id: string } }>('/v1/remediation/:id/reject', async (request) => {
    const admin = mustBeAdmin(await authenticate(request));
    const { reason } = readInput(RejectRemediation, request.body);
    const { remediationId } = await decisions.reject(admin, request.params.id, reason);
    return { remediationId, status: 'rejected' };
  });

  app.post<{ Params: { id: string } }>('/v1/remediation/:id/execute', async (request) => {
    const admin = mustBeAdmin(await authenticate(request));
    const { remediationId } = await decisions.execute(admin, request.params.id);
    return { remediationId, status: 'executing' };
  });

  app.get('/v1/notifications/approvals/pending', async (request) => {
    const { tenantId } = await authenticate(request);
    const items = records
      .pending(tenantId)
      .filter((plan) => plan.expiresAt === null || Date.parse(plan.expiresAt) > now())
      .sort((a, b) => (a.expiresAt ?? '9').localeCompare(b.expiresAt ?? '9'))
      .map((plan) => ({
        approvalId: plan.approvalId,
        remediationId: plan.remediationId,
        incidentId: plan.incidentId,
        incidentTitle: records.incident(tenantId, plan.incidentId)?.title ?? '',
        remediationTitle: plan.title,
        steps: plan.steps,
        requestedAt: plan.requestedAt,
        expiresAt: plan.expiresAt,
      }));
    return { items, total: items.length };
  });

  app.post<{ Params: { approvalId: string } }>('/v1/notifications/approvals/:approvalId/respond', async (request) => {
    const admin = mustBeAdmin(await authenticate(request));
    const { decision, notes } = readInput(RespondToApproval, request.body);
    const { approvalId } = request.params;
    const record = records.planOfApproval(admin.tenantId, approvalId);
    if (record === undefined) throw notFound('approval', 'There is no such approval.');
    if (record.pending && record.expiresAt !== null && Date.parse(record.expiresAt) <= now()) {
      throw new ApiProblem(409, 'approval_expired', 'The time to decide on this plan is over.');
    }
    const plan = await decisions.respond(admin, { approvalId, remediationId: record.remediationId }, decision, notes);
    return {
      approvalId,
      decision,
      remediationId: plan.remediationId,
      remediationStatus: plan.status,
      decidedAt: iso(plan.decisions.at(-1)?.at ?? now()),
    };
  });
};
