import type { z } from 'zod';
import { changedPrecondition } from '../../incident/fold-decision-room.ts';
import type { Remediation } from '../../incident/state.ts';

/** Why a publication was not taken. */
export type Refusal =
  | { code: 'invalid_params'; issues: readonly z.core.$ZodIssue[] }
  | { code: 'incident_not_found' }
  | { code: 'forbidden'; reason: string }
  | { code: 'invalid_status'; reason: string };

/** What agents report on a plan: each is checked against the plan as it then is. */
export const REPORTS: ReadonlySet<string> = new Set([
  'remediation.executing',
  'remediation.step',
  'remediation.executed',
  'remediation.failed',
  'remediation.precondition',
  'remediation.rolled_back',
  'remediation.rollback_failed',
]);

const refuse = (reason: string): Refusal => ({ code: 'invalid_status', reason });

const ENDED: ReadonlySet<Remediation['status']> = new Set(['executed', 'failed', 'rejected', 'expired']);

/** Where a plan needs no approval, its agent carries it out whether somebody approved it or not. */
const mayBegin = ({ status, requiresApproval }: Remediation): boolean =>
  !requiresApproval && (status === 'proposed' || status === 'approved');

const whyNotUndoStep = (plan: Remediation): Refusal | undefined =>
  plan.undo?.state === 'requested' ? undefined : refuse('nobody asked for the rollback');

const whyNotStep = (plan: Remediation, given: Record<string, unknown>): Refusal | undefined => {
  if (given.status !== 'running') return undefined;
  const failed = plan.steps.find(({ status }) => status === 'failed');
  if (failed !== undefined) return refuse(`the step ${failed.stepId} has failed, and no other begins after it`);
  const changed = changedPrecondition(plan);
  return changed === undefined || plan.steps.some(({ startedAt }) => startedAt !== null)
    ? undefined
    : refuse(`the precondition ${changed.preconditionId} no longer holds`);
};

/** A step of the way back, also of one that names no steps of its own. */
const isUndoStep = ({ undo, steps }: Remediation, { stepId }: Record<string, unknown>): boolean =>
  undo?.steps.some((step) => step.stepId === stepId) === true ||
  (undo?.state === 'requested' && steps.every((step) => step.stepId !== stepId));

/**
 * Why an agent's report on a plan is refused; undefined where it is taken. Nothing runs before people approved it, and
 * once only; nothing begins after a failed step or, at the start, where a fact that the plan depends on has changed; nothing
 * is told of a plan that is over, and nothing is rolled back that nobody asked for.
 */
export const whyNotReport = (
  plan: Remediation | undefined,
  method: string,
  given: Record<string, unknown>,
): Refusal | undefined => {
  if (plan === undefined) return refuse('no such plan was proposed for this incident');
  if (method === 'remediation.precondition') {
    const isKnown = plan.preconditions.some(({ preconditionId }) => preconditionId === given.preconditionId);
    if (!isKnown) return refuse('the plan names no such precondition');
    return ENDED.has(plan.status) ? refuse(`the plan is ${plan.status}`) : undefined;
  }
  if (method === 'remediation.rolled_back' || method === 'remediation.rollback_failed') return whyNotUndoStep(plan);
  if (method === 'remediation.executing') {
    if (plan.requiresApproval) return { code: 'forbidden', reason: 'this plan is executed by a person' };
    return mayBegin(plan) ? undefined : refuse(`the plan is ${plan.status}`);
  }
  if (method === 'remediation.step' && isUndoStep(plan, given)) return whyNotUndoStep(plan);
  // What was done with an approved plan that nobody executed is told, and on record, rather than unsaid.
  const mayReport = plan.status === 'executing' || plan.status === 'approved' || mayBegin(plan);
  if (!mayReport) return refuse(`the plan is ${plan.status}`);
  if (method === 'remediation.step') return whyNotStep(plan, given);
  return method === 'remediation.executed' && plan.steps.some(({ status }) => status === 'failed')
    ? refuse('a step has failed')
    : undefined;
};

const SETTLED: ReadonlySet<Remediation['status']> = new Set(['executing', 'executed', 'failed']);

/** Why a plan may not be proposed anew under its id. */
export const whyNotPropose = (plan: Remediation | undefined): Refusal | undefined =>
  plan === undefined || !SETTLED.has(plan.status)
    ? undefined
    : refuse(`the plan is ${plan.status}; propose another one`);
