import { isOverdue } from '../../incident/fold-decision-room.ts';
import type { Remediation } from '../../incident/state.ts';

/** Whether it is still the plan that was shown: by its digest, or by the event where there is none. */
export const isSamePlan = (shown: Remediation, now: Remediation): boolean =>
  shown.remediationId === now.remediationId &&
  (shown.planDigest === null || now.planDigest === null
    ? shown.eventId === now.eventId
    : shown.planDigest === now.planDigest);

export const isExpired = (plan: Remediation, now: number): boolean =>
  plan.status === 'expired' || (plan.status === 'proposed' && isOverdue(plan, now));

export const awaitsDecision = (plan: Remediation, now: number): boolean =>
  plan.status === 'proposed' && plan.requiresApproval && !isExpired(plan, now);

export const mayExecute = (plan: Remediation): boolean =>
  plan.status === 'approved' || (plan.status === 'proposed' && !plan.requiresApproval);

/** What has to be typed before a plan of high risk is approved; null where nothing has to. */
export const typedConfirmation = (plan: Remediation): string | null => {
  if (plan.risk !== 'high') return null;
  if (plan.service !== null && plan.service !== '') return plan.service;
  const target = plan.steps.find((step) => step.target !== undefined && step.target !== '')?.target;
  return target ?? plan.blastRadius[0]?.service ?? 'approve';
};

type Person = { roles: readonly string[]; email: string };

/** Why this person can't decide; undefined where they can. */
export const whyNotDecide = (person: Person | undefined, plan: Remediation): string | undefined => {
  if (person === undefined || !person.roles.includes('admin')) return 'Only admins can approve or reject';
  if (plan.approvalsRequired > 1 && plan.approvedBy.includes(person.email))
    return 'You approved this already; another admin has to as well';
  return undefined;
};

export const whyNotExecute = (person: Person | undefined): string | undefined =>
  person?.roles.includes('admin') ? undefined : 'Only admins can execute';
