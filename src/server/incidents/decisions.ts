import { seenAt, seenSeqOf } from '../../incident/decision-record.ts';
import { changedPrecondition, isOverdue } from '../../incident/fold-decision-room.ts';
import type { Remediation } from '../../incident/state.ts';
import { ApiProblem } from '../api-problem.ts';
import { nameOf } from './actor.ts';
import type { Asker } from './asker.ts';
import { digestOf } from './digest.ts';
import type { Intent, PlanEvents, View } from './plan-events.ts';

const decidedBy = (plan: Remediation): Record<string, unknown> => {
  const last = plan.decisions.at(-1);
  return {
    status: plan.status,
    ...(last === undefined
      ? {}
      : { decidedBy: last.by, decidedAt: new Date(last.at).toISOString(), verdict: last.verdict }),
  };
};

const describe = (plan: Remediation): string => {
  const last = plan.decisions.at(-1);
  const who = last === undefined || last.by === null ? '' : ` by ${last.by}`;
  return `The plan is already ${plan.status}${who}.`;
};

export const invalidStatus = (plan: Remediation): ApiProblem =>
  new ApiProblem(409, 'invalid_status', describe(plan), decidedBy(plan));

/** The subjects of those who have approved the plan as it was last proposed. */
const approversOf = ({ planEvents }: View, plan: Remediation): ReadonlySet<unknown> => {
  const proposed = planEvents.findLastIndex((event) => event.id === plan.eventId);
  const approvers = planEvents
    .slice(proposed + 1)
    .filter(({ method, params }) => method === 'remediation.approved' && params.remediationId === plan.remediationId)
    .map(({ params }) => ('approverId' in params ? params.approverId : undefined));
  return new Set(approvers);
};

/** Refuses a decision on another plan than the one that was shown. */
const mustBeShown = (plan: Remediation, shown: string | undefined): void => {
  if (shown === undefined || shown === plan.planDigest) return;
  throw new ApiProblem(409, 'plan_changed', 'The plan has changed since it was shown. Read it again before deciding.', {
    planDigest: plan.planDigest,
  });
};

/** A fact that changed since the plan was made parks it: nobody approves or executes it until the fact holds again. */
const mustHold = (plan: Remediation): void => {
  const changed = changedPrecondition(plan);
  if (changed === undefined) return;
  const { preconditionId, statement, observed, reason, checkedAt } = changed;
  const now = reason ?? observed;
  throw new ApiProblem(
    409,
    'precondition_changed',
    `“${statement}” no longer holds${now === null ? '' : `: ${now}`}. The plan waits until it does, or for a new plan.`,
    {
      preconditionId,
      statement,
      observed,
      reason,
      checkedAt: checkedAt === null ? null : new Date(checkedAt).toISOString(),
    },
  );
};

/** What needs no approval its agent may have begun by itself: it is too late to decide on it, or to have it done again. */
const mustNotHaveBegun = (plan: Remediation): void => {
  if (plan.steps.every(({ startedAt }) => startedAt === null)) return;
  throw new ApiProblem(409, 'invalid_status', 'The plan is being carried out already.', decidedBy(plan));
};

/** What the approver names of what was on the screen: the digest of the plan, and the newest `seq`. */
export type Shown = { planDigest?: string | undefined; seenSeq?: number | undefined };

/** What was on record where the approver looked, sealed into the decision. */
const seal = async (plan: Remediation, view: View, named: number | undefined, at: number) => {
  const { lastSeq } = view.investigation;
  const seenSeq = seenSeqOf({ lastSeq, planEvents: view.planEvents }, plan, named);
  const seen = seenAt(await view.at(seenSeq), plan.remediationId, seenSeq, at);
  return { seenSeq, seenDigest: digestOf(seen) };
};

export type Decisions = ReturnType<typeof createDecisions>;

/**
 * What people decide on a plan. Each decision is an event appended with compare-and-set on the newest event of that
 * plan, so of two at once one holds and the other is told who won.
 */
export const createDecisions = (change: PlanEvents) => {
  const approval = async (
    plan: Remediation,
    view: View,
    at: number,
    person: Asker,
    shown: Shown,
    notes: string | undefined,
  ): Promise<Intent> => {
    if (plan.status !== 'proposed') throw invalidStatus(plan);
    if (approversOf(view, plan).has(person.userId)) {
      throw new ApiProblem(409, 'already_decided', 'You have approved this plan already.', decidedBy(plan));
    }
    if (isOverdue(plan, at)) {
      throw new ApiProblem(409, 'approval_expired', 'The time to decide on this plan is over.', decidedBy(plan));
    }
    mustNotHaveBegun(plan);
    mustBeShown(plan, shown.planDigest);
    mustHold(plan);
    return {
      method: 'remediation.approved',
      params: {
        by: nameOf(person),
        approvedBy: nameOf(person),
        approverId: person.userId,
        approvals: plan.approvedBy.length + 1,
        approvalsRequired: plan.approvalsRequired,
        planDigest: plan.planDigest ?? undefined,
        reason: notes,
        ...(await seal(plan, view, shown.seenSeq, at)),
      },
    };
  };

  const rejection = async (
    plan: Remediation,
    view: View,
    at: number,
    person: Asker,
    reason: string | undefined,
  ): Promise<Intent> => {
    if (plan.status !== 'proposed') throw invalidStatus(plan);
    mustNotHaveBegun(plan);
    const params = { by: nameOf(person), reason, planDigest: plan.planDigest ?? undefined };
    return { method: 'remediation.rejected', params: { ...params, ...(await seal(plan, view, undefined, at)) } };
  };

  return {
    approve: (person: Asker, remediationId: string, shown: Shown = {}, notes?: string): Promise<Remediation> =>
      change(person, remediationId, async (plan, view, at) => [await approval(plan, view, at, person, shown, notes)]),

    reject: (person: Asker, remediationId: string, reason?: string): Promise<Remediation> =>
      change(person, remediationId, async (plan, view, at) => [await rejection(plan, view, at, person, reason)]),

    execute: (person: Asker, remediationId: string): Promise<Remediation> =>
      change(person, remediationId, (plan) => {
        const ready = plan.status === 'approved' || (plan.status === 'proposed' && !plan.requiresApproval);
        if (!ready) {
          throw new ApiProblem(
            409,
            'invalid_status',
            plan.status === 'proposed' ? 'The plan has to be approved first.' : `The plan is already ${plan.status}.`,
            decidedBy(plan),
          );
        }
        mustNotHaveBegun(plan);
        mustHold(plan);
        return [{ method: 'remediation.executing', params: { by: nameOf(person) } }];
      }),

    /** Approves and executes in one step, or rejects: the documented answer to a pending approval. */
    respond: (
      person: Asker,
      { approvalId, remediationId }: { approvalId: string; remediationId: string },
      verdict: 'approve' | 'reject',
      notes?: string,
    ): Promise<Remediation> =>
      change(person, remediationId, async (plan, view, at) => {
        const isLate = plan.status === 'expired' || (plan.status === 'proposed' && isOverdue(plan, at));
        if (isLate || plan.approvalId !== approvalId) {
          throw new ApiProblem(409, 'approval_expired', 'The time to decide on this plan is over.', decidedBy(plan));
        }
        if (plan.status !== 'proposed') throw new ApiProblem(409, 'already_decided', describe(plan), decidedBy(plan));
        if (verdict === 'reject') return [await rejection(plan, view, at, person, notes)];
        const approved = await approval(plan, view, at, person, {}, notes);
        return plan.approvedBy.length + 1 < plan.approvalsRequired
          ? [approved]
          : [approved, { method: 'remediation.executing', params: { by: nameOf(person) } }];
      }),

    /** Ends what nobody decided in time; a plan decided meanwhile stays as it is. */
    async expire(tenantId: string, remediationId: string): Promise<void> {
      await change({ kind: 'clock', tenantId, cause: undefined }, remediationId, (plan, _, at) => {
        if (plan.status !== 'proposed' || !isOverdue(plan, at)) throw invalidStatus(plan);
        return [{ method: 'remediation.expired', params: { by: 'system', reason: 'nobody decided in time' } }];
      }).catch((error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
      });
    },
  };
};
