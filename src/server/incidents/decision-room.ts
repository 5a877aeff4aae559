import { isOverdue, openObjections } from '../../incident/fold-decision-room.ts';
import type { Objection, Remediation } from '../../incident/state.ts';
import { ApiProblem } from '../api-problem.ts';
import { isAdmin } from '../auth/principal.ts';
import { nameOf } from './actor.ts';
import type { Asker } from './asker.ts';
import { invalidStatus } from './decisions.ts';
import type { PlanEvents } from './plan-events.ts';

const UNDECIDED: ReadonlySet<Remediation['status']> = new Set(['proposed', 'approved']);

const mustWait = (plan: Remediation): void => {
  if (!UNDECIDED.has(plan.status)) throw invalidStatus(plan);
};

const isBy = (person: Asker, { objectorId }: Objection): boolean => objectorId === person.userId;

/** The deadline, moved by the time for which the objections made it stand still. */
const resumedDeadline = (plan: Remediation, at: number): string | undefined => {
  const since = Math.min(...openObjections(plan).map((objection) => objection.at));
  return plan.expiresAt === null ? undefined : new Date(plan.expiresAt + Math.max(0, at - since)).toISOString();
};

const whyNotRollBack = ({ undo, status }: Remediation, at: number): string | undefined => {
  if (undo === null) return 'The plan says no way back.';
  if (undo.reversibility === 'irreversible') return 'The plan cannot be taken back.';
  if (undo.state === 'idle') return `The plan is ${status}: there is nothing to take back.`;
  if (undo.state !== 'armed') return 'It is being taken back, or was.';
  return undo.until !== null && undo.until <= at ? 'The time to take it back is over.' : undefined;
};

export type DecisionRoom = ReturnType<typeof createDecisionRoom>;

/** What people do around a plan beside approving it. Each is an event, refused with 409 `invalid_status` where it no longer fits. */
export const createDecisionRoom = (change: PlanEvents) => ({
  /** `to` is who sees to it: somebody else where it is handed over, null where it is let go. */
  claim: (person: Asker, remediationId: string, to: string | null | undefined): Promise<Remediation> =>
    change(person, remediationId, (plan) => {
      mustWait(plan);
      const claimedBy = to === undefined ? nameOf(person) : to;
      return [{ method: 'remediation.claimed', params: { by: nameOf(person), claimedBy } }];
    }),

  object: (person: Asker, remediationId: string, reason: string): Promise<Remediation> =>
    change(person, remediationId, (plan, _, at) => {
      if (plan.status !== 'proposed') throw invalidStatus(plan);
      if (isOverdue(plan, at)) {
        throw new ApiProblem(409, 'approval_expired', 'The time to decide on this plan is over.');
      }
      if (openObjections(plan).some((objection) => isBy(person, objection))) {
        throw new ApiProblem(409, 'already_decided', 'You object to this plan already.');
      }
      const params = { by: nameOf(person), objectorId: person.userId, reason };
      return [{ method: 'remediation.objected', params }];
    }),

  /** One's own objection; an admin may withdraw somebody else's, named by the objector's id. */
  async withdraw(person: Asker, remediationId: string, objectorId = person.userId): Promise<Remediation> {
    if (objectorId !== person.userId && !isAdmin(person)) {
      throw new ApiProblem(403, 'forbidden', 'Only an admin may withdraw the objection of somebody else.');
    }
    return change(person, remediationId, (plan, _, at) => {
      if (plan.status !== 'proposed') throw invalidStatus(plan);
      const open = openObjections(plan);
      if (!open.some((objection) => objection.objectorId === objectorId)) {
        throw new ApiProblem(409, 'invalid_status', 'There is no such objection to this plan.');
      }
      const expiresAt = open.length > 1 ? undefined : resumedDeadline(plan, at);
      return [{ method: 'remediation.objection_withdrawn', params: { by: nameOf(person), objectorId, expiresAt } }];
    });
  },

  /** Has one fact, or all of them, looked at again by the agent that proposed the plan. */
  check: (person: Asker, remediationId: string, preconditionId: string | undefined): Promise<Remediation> =>
    change(person, remediationId, (plan) => {
      mustWait(plan);
      const isKnown =
        preconditionId === undefined || plan.preconditions.some((one) => one.preconditionId === preconditionId);
      if (!isKnown || plan.preconditions.length === 0) {
        throw new ApiProblem(409, 'invalid_status', 'The plan names no such precondition.');
      }
      return [{ method: 'remediation.check_requested', params: { by: nameOf(person), preconditionId } }];
    }),

  rollBack: (person: Asker, remediationId: string, reason: string | undefined): Promise<Remediation> =>
    change(person, remediationId, (plan, _, at) => {
      const problem = whyNotRollBack(plan, at);
      if (problem !== undefined) throw new ApiProblem(409, 'invalid_status', problem, { status: plan.status });
      return [{ method: 'remediation.rollback_requested', params: { by: nameOf(person), reason } }];
    }),
});
