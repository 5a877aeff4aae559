import { readStep, readUndoStep } from '../protocol/remediation.ts';
import type { StepStatus } from '../protocol/values.ts';
import type { Draft } from './draft.ts';
import type { IncidentEvent } from './event.ts';
import { arm, moveInRoom, type RoomEvent } from './fold-decision-room.ts';
import type { Decision, Precondition, Remediation, Step, Undo } from './state.ts';

type Of<Method extends IncidentEvent['method']> = Extract<IncidentEvent, { method: Method }>;
export type RemediationEvent = Exclude<
  Extract<IncidentEvent, { method: `remediation.${string}` }>,
  Of<'remediation.feedback_submitted'>
>;

/** How long a plan can be taken back after it was carried out, where it says nothing else. */
const WATCH_MS = 15 * 60_000;

const timeOf = (timestamp: string | undefined): number | null => {
  const at = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(at) ? null : at;
};

const untouched = { startedAt: null, endedAt: null, durationMs: null };

const undoOf = (undo: Of<'remediation.proposed'>['params']['undo']): Undo | null =>
  undo === undefined
    ? null
    : {
        reversibility: undo.reversibility,
        description: undo.description ?? null,
        steps: (undo.steps ?? []).map((step, index) => ({ ...readUndoStep(step, index), ...untouched })),
        watchMs: undo.watchMs ?? WATCH_MS,
        state: 'idle',
        until: null,
        by: null,
        reason: null,
        requestedAt: null,
        endedAt: null,
        outcome: null,
      };

const preconditionsOf = (event: Of<'remediation.proposed'>): Precondition[] =>
  (event.params.preconditions ?? []).map((given) => ({
    preconditionId: given.preconditionId,
    statement: given.statement,
    status: given.status ?? 'holds',
    observed: given.observed ?? null,
    reason: null,
    checkedAt: timeOf(given.checkedAt) ?? event.at,
    checkAskedAt: null,
    evidenceIds: given.evidenceIds ?? [],
  }));

const propose = (event: Of<'remediation.proposed'>, before: Remediation | undefined): Remediation => {
  const plan = event.params;
  return {
    remediationId: plan.remediationId,
    title: plan.title,
    description: plan.description ?? '',
    requiresApproval: plan.requiresApproval,
    status: 'proposed',
    risk: plan.risk ?? null,
    blastRadius: plan.blastRadius ?? [],
    rollback: plan.rollback ?? null,
    undo: undoOf(plan.undo),
    preconditions: preconditionsOf(event),
    expectedEffect: plan.expectedEffect ?? null,
    service: plan.service ?? null,
    claimedBy: before?.claimedBy ?? null,
    objections: [],
    planDigest: plan.planDigest ?? null,
    approvalId: plan.approvalId ?? null,
    approvalsRequired: plan.approvalsRequired ?? 1,
    approvedBy: [],
    decisions: before?.decisions ?? [],
    evidenceIds: plan.evidenceIds ?? [],
    outcomeEvidenceIds: [],
    steps: plan.steps.map((step, index) => ({ ...readStep(step, index), ...untouched })),
    proposedAt: event.at,
    expiresAt: timeOf(plan.expiresAt),
    approvedAt: null,
    executedAt: null,
    outcome: null,
    endReason: null,
    durationMs: null,
    eventId: event.id,
    imported: plan.importedAt !== undefined,
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

/** What did not begin when the plan failed does not begin any more; what was under way failed with it. */
const stop = (step: Step, at: number): Step => {
  if (step.status === 'pending') return { ...step, status: 'skipped' };
  return step.status === 'running' ? { ...step, status: 'failed', endedAt: at } : step;
};

const end = (plan: Remediation, event: Of<'remediation.executed'> | Of<'remediation.failed'>): Remediation => {
  const ended = {
    ...plan,
    executedAt: event.at,
    outcome: event.params.outcome ?? null,
    endReason: event.params.reason ?? null,
    durationMs: event.params.durationMs ?? null,
  };
  if (event.method === 'remediation.executed') {
    const until = event.at + (plan.undo?.watchMs ?? 0);
    const outcomeEvidenceIds = event.params.evidenceIds ?? [];
    return { ...ended, status: 'executed', outcomeEvidenceIds, undo: arm(plan.undo, until) };
  }
  const hasBegun = plan.steps.some(({ startedAt }) => startedAt !== null);
  return {
    ...ended,
    status: 'failed',
    steps: plan.steps.map((step) => stop(step, event.at)),
    undo: hasBegun ? arm(plan.undo, null) : plan.undo,
  };
};

const moveNamedStep = (steps: readonly Step[], event: Of<'remediation.step'>): readonly Step[] =>
  steps.some(({ stepId }) => stepId === event.params.stepId)
    ? steps.map((step) => (step.stepId === event.params.stepId ? moveStep(step, event.params.status, event) : step))
    : steps;

type PlanEvent = Exclude<RemediationEvent, Of<'remediation.proposed'>>;

const move = (plan: Remediation, event: PlanEvent): Remediation => {
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
        steps: moveNamedStep(plan.steps, event),
        undo: plan.undo === null ? null : { ...plan.undo, steps: moveNamedStep(plan.undo.steps, event) },
      };
    case 'remediation.executed':
    case 'remediation.failed':
      return end(plan, event);
    default:
      return moveInRoom(plan, event satisfies RoomEvent);
  }
};

/** Without positions an API may tell in other words of a proposal that was heard, and that was decided on, before. */
const isToldLate = (event: Of<'remediation.proposed'>, before: Remediation): boolean =>
  event.seq === null && (event.at <= before.proposedAt || before.decisions.some(({ at }) => at >= event.at));

/** Folds an event of a plan; one about a plan that was never proposed changes nothing. */
export const foldRemediation = (draft: Draft, event: RemediationEvent): Remediation | undefined => {
  const index = draft.value.remediations.findIndex((plan) => plan.remediationId === event.params.remediationId);
  const before = draft.value.remediations[index];
  if (event.method === 'remediation.proposed') {
    if (before !== undefined && isToldLate(event, before)) return before;
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
