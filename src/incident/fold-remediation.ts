import { readStep } from '../protocol/remediation.ts';
import type { StepStatus } from '../protocol/values.ts';
import type { Draft } from './draft.ts';
import type { IncidentEvent } from './event.ts';
import type { Decision, Remediation, Step } from './state.ts';

type Of<Method extends IncidentEvent['method']> = Extract<IncidentEvent, { method: Method }>;
export type RemediationEvent = Exclude<
  Extract<IncidentEvent, { method: `remediation.${string}` }>,
  Of<'remediation.feedback_submitted'>
>;

const propose = (event: Of<'remediation.proposed'>, before: Remediation | undefined): Remediation => {
  const plan = event.params;
  const expiresAt = plan.expiresAt === undefined ? Number.NaN : Date.parse(plan.expiresAt);
  return {
    remediationId: plan.remediationId,
    title: plan.title,
    description: plan.description ?? '',
    requiresApproval: plan.requiresApproval,
    status: 'proposed',
    risk: plan.risk ?? null,
    blastRadius: plan.blastRadius ?? [],
    rollback: plan.rollback ?? null,
    planDigest: plan.planDigest ?? null,
    approvalId: plan.approvalId ?? null,
    approvalsRequired: plan.approvalsRequired ?? 1,
    approvedBy: [],
    decisions: before?.decisions ?? [],
    evidenceIds: plan.evidenceIds ?? [],
    steps: plan.steps.map((step, index) => ({
      ...readStep(step, index),
      startedAt: null,
      endedAt: null,
      durationMs: null,
    })),
    proposedAt: event.at,
    expiresAt: Number.isNaN(expiresAt) ? null : expiresAt,
    approvedAt: null,
    executedAt: null,
    outcome: null,
    endReason: null,
    durationMs: null,
    eventId: event.id,
  };
};

const decide = (plan: Remediation, verdict: Decision['verdict'], event: RemediationEvent): Decision[] => {
  const { by, reason, approvedBy, planDigest } = event.params as Of<'remediation.approved'>['params'];
  return [
    ...plan.decisions,
    {
      verdict,
      by: by ?? approvedBy ?? null,
      reason: reason ?? null,
      at: event.at,
      planDigest: planDigest ?? plan.planDigest,
    },
  ];
};

const approve = (plan: Remediation, event: Of<'remediation.approved'>): Remediation => {
  const by = event.params.by ?? event.params.approvedBy;
  const approvedBy = by === undefined || plan.approvedBy.includes(by) ? plan.approvedBy : [...plan.approvedBy, by];
  const complete = (event.params.approvals ?? plan.approvalsRequired) >= plan.approvalsRequired;
  return {
    ...plan,
    approvedBy,
    decisions: decide(plan, 'approved', event),
    status: complete ? 'approved' : plan.status,
    approvedAt: complete ? event.at : plan.approvedAt,
  };
};

const moveStep = (step: Step, status: StepStatus, event: Of<'remediation.step'>): Step => {
  const ended = status === 'completed' || status === 'failed' || status === 'skipped';
  return {
    ...step,
    status,
    ...(event.params.output === undefined ? {} : { output: event.params.output }),
    startedAt: step.startedAt ?? (status === 'pending' || status === 'skipped' ? null : event.at),
    endedAt: ended ? event.at : null,
    durationMs: event.params.durationMs ?? (ended && step.startedAt !== null ? event.at - step.startedAt : null),
  };
};

const end = (plan: Remediation, event: Of<'remediation.executed'> | Of<'remediation.failed'>): Remediation => ({
  ...plan,
  status: event.method === 'remediation.executed' ? 'executed' : 'failed',
  executedAt: event.at,
  outcome: event.params.outcome ?? null,
  endReason: event.params.reason ?? null,
  durationMs: event.params.durationMs ?? null,
});

const move = (plan: Remediation, event: Exclude<RemediationEvent, Of<'remediation.proposed'>>): Remediation => {
  switch (event.method) {
    case 'remediation.approved':
      return approve(plan, event);
    case 'remediation.rejected':
      return { ...plan, status: 'rejected', decisions: decide(plan, 'rejected', event) };
    case 'remediation.expired':
      return { ...plan, status: 'expired', decisions: decide(plan, 'expired', event) };
    case 'remediation.executing':
      return { ...plan, status: 'executing' };
    case 'remediation.step':
      return {
        ...plan,
        steps: plan.steps.map((step) =>
          step.stepId === event.params.stepId ? moveStep(step, event.params.status, event) : step,
        ),
      };
    case 'remediation.executed':
    case 'remediation.failed':
      return end(plan, event);
  }
};

/** Folds an event of a plan; one about a plan that was never proposed changes nothing. */
export const foldRemediation = (draft: Draft, event: RemediationEvent): Remediation | undefined => {
  const index = draft.value.remediations.findIndex((plan) => plan.remediationId === event.params.remediationId);
  const before = draft.value.remediations[index];
  if (event.method === 'remediation.proposed') {
    const plan = propose(event, before);
    if (before === undefined) draft.remediations().push(plan);
    else draft.remediations()[index] = plan;
    return plan;
  }
  if (before === undefined) return undefined;
  const after = move(before, event);
  draft.remediations()[index] = after;
  return after;
};
