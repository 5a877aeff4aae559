import type { Remediation } from '../../incident/state.ts';
import { ApiFailure } from '../api/request.ts';

export type DecisionProblem = {
  text: string;
  by: string | null;
  at: number | null;
  /** Trying again may help. */
  again: boolean;
  /** The plan is another one now: read it and decide anew. */
  changed: boolean;
};

const readTime = (value: unknown): number | null => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};

const verdicts: Record<string, string> = { approved: 'approved', rejected: 'rejected', expired: 'expired' };

/** What the server's no means for who decided, kindly; the decision that stands is read from it, or from the plan. */
export const readProblem = (error: unknown, plan: Remediation): DecisionProblem => {
  const plain = { by: null, at: null, again: true, changed: false };
  if (!(error instanceof ApiFailure))
    return { ...plain, text: 'Something went wrong before it was sent. Nothing was decided.' };
  const { details } = error;
  const last = plan.decisions.at(-1);
  const by = typeof details.decidedBy === 'string' ? details.decidedBy : (last?.by ?? null);
  const at = readTime(details.decidedAt) ?? last?.at ?? null;
  const verdict = verdicts[String(details.verdict ?? last?.verdict)] ?? 'decided';
  switch (error.error) {
    case 'already_decided':
    case 'invalid_status':
      return by === null && at === null
        ? { ...plain, again: false, text: error.message }
        : { by, at, again: false, changed: false, text: `It is already ${verdict}.` };
    case 'plan_changed':
      return {
        ...plain,
        again: false,
        changed: true,
        text: 'The plan changed since it was shown. Nothing was decided.',
      };
    case 'precondition_changed':
      return { ...plain, text: `${error.message} Nothing was decided.` };
    case 'approval_expired':
      return { ...plain, again: false, text: 'The time to decide is over. Nothing was decided.' };
    default:
      if (error.status === 403) return { ...plain, again: false, text: 'Your role may not decide this.' };
      if (error.status === 401)
        return { ...plain, again: false, text: 'You are signed out. Sign in and decide again.' };
      if (error.status === 0)
        return { ...plain, text: 'The server could not be reached, so it is not known whether it was decided.' };
      return { ...plain, text: error.message };
  }
};
