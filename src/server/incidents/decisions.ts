import { changedPrecondition, openObjections } from '../../incident/fold-decision-room.ts';
import type { Ledger, Remediation } from '../../incident/state.ts';
import { newId } from '../../protocol/ids.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import type { Person } from '../auth/principal.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Investigations } from './investigations.ts';
import type { Records } from './records.ts';
import { toNewEvent } from './stored-event.ts';

/** How often a decision is tried again after another event of the same plan came in between. */
const MAX_TRIES = 50;

type Intent = { method: string; params: Record<string, unknown> };

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

const invalidStatus = (plan: Remediation): ApiProblem =>
  new ApiProblem(409, 'invalid_status', describe(plan), decidedBy(plan));

/** An e-mail address is for people to read; who somebody is, the token's subject says. */
const nameOf = (person: Person): string => (person.email === '' ? person.userId : person.email);

/** The subjects of those who have approved the plan as it was last proposed. */
const approversOf = (ledger: Ledger, plan: Remediation): ReadonlySet<unknown> => {
  const proposed = ledger.events.findLastIndex((event) => event.id === plan.eventId);
  const approvers = ledger.events
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

export type Decisions = ReturnType<typeof createDecisions>;

/**
 * What people decide on a plan. Each decision is an event appended with compare-and-set on the newest event of that
 * plan, so of two at once one holds and the other is told who won.
 */
export const createDecisions = (deps: {
  log: EventLog;
  records: Records;
  investigations: Investigations;
  now: () => number;
}) => {
  const { log, records, investigations, now } = deps;

  const decide = async (
    tenantId: string,
    remediationId: string,
    intend: (plan: Remediation, approvers: ReadonlySet<unknown>) => readonly Intent[],
  ): Promise<Remediation> => {
    const record = records.plan(tenantId, remediationId);
    if (record === undefined) throw notFound('remediation', 'There is no such remediation.');
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const { investigation, ledger, keySeq } = await investigations.get(tenantId, record.incidentId);
      const plan = investigation.remediations.find((known) => known.remediationId === remediationId);
      if (plan === undefined) throw notFound('remediation', 'There is no such remediation.');
      const timestamp = new Date(now()).toISOString();
      const events = intend(plan, approversOf(ledger, plan)).map(({ method, params }) =>
        toNewEvent(method, {
          incidentId: record.incidentId,
          remediationId,
          timestamp,
          ...params,
          eventId: newId('evt'),
        }),
      );
      const appended = await log.append({
        tenantId,
        stream: record.incidentId,
        events,
        expect: { key: remediationId, seq: keySeq.get(remediationId) ?? 0 },
      });
      if (appended.ok) {
        const after = (await investigations.get(tenantId, record.incidentId)).investigation.remediations;
        return after.find((known) => known.remediationId === remediationId) ?? plan;
      }
    }
    throw new ApiProblem(503, 'service_unavailable', 'The plan changes too quickly to decide on it. Try again.');
  };

  const approval = (
    plan: Remediation,
    approvers: ReadonlySet<unknown>,
    person: Person,
    shown: string | undefined,
    notes: string | undefined,
  ): Intent => {
    if (plan.status !== 'proposed') throw invalidStatus(plan);
    if (approvers.has(person.userId)) {
      throw new ApiProblem(409, 'already_decided', 'You have approved this plan already.', decidedBy(plan));
    }
    if (plan.expiresAt !== null && plan.expiresAt <= now()) {
      throw new ApiProblem(409, 'approval_expired', 'The time to decide on this plan is over.', decidedBy(plan));
    }
    mustBeShown(plan, shown);
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
      },
    };
  };

  const rejection = (plan: Remediation, person: Person, reason: string | undefined): Intent => {
    if (plan.status !== 'proposed') throw invalidStatus(plan);
    return { method: 'remediation.rejected', params: { by: nameOf(person), reason } };
  };

  return {
    approve: (person: Person, remediationId: string, shown?: string, notes?: string): Promise<Remediation> =>
      decide(person.tenantId, remediationId, (plan, approvers) => [approval(plan, approvers, person, shown, notes)]),

    reject: (person: Person, remediationId: string, reason?: string): Promise<Remediation> =>
      decide(person.tenantId, remediationId, (plan) => [rejection(plan, person, reason)]),

    execute: (person: Person, remediationId: string): Promise<Remediation> =>
      decide(person.tenantId, remediationId, (plan) => {
        const ready = plan.status === 'approved' || (plan.status === 'proposed' && !plan.requiresApproval);
        if (!ready) {
          throw new ApiProblem(
            409,
            'invalid_status',
            plan.status === 'proposed' ? 'The plan has to be approved first.' : `The plan is already ${plan.status}.`,
            decidedBy(plan),
          );
        }
        mustHold(plan);
        return [{ method: 'remediation.executing', params: { by: nameOf(person) } }];
      }),

    /** Approves and executes in one step, or rejects: the documented answer to a pending approval. */
    respond: (
      person: Person,
      { approvalId, remediationId }: { approvalId: string; remediationId: string },
      verdict: 'approve' | 'reject',
      notes?: string,
    ): Promise<Remediation> =>
      decide(person.tenantId, remediationId, (plan, approvers) => {
        if (plan.status === 'expired' || plan.approvalId !== approvalId) {
          throw new ApiProblem(409, 'approval_expired', 'The time to decide on this plan is over.', decidedBy(plan));
        }
        if (plan.status !== 'proposed') throw new ApiProblem(409, 'already_decided', describe(plan), decidedBy(plan));
        if (verdict === 'reject') return [rejection(plan, person, notes)];
        const approved = approval(plan, approvers, person, undefined, notes);
        return plan.approvedBy.length + 1 < plan.approvalsRequired
          ? [approved]
          : [approved, { method: 'remediation.executing', params: { by: nameOf(person) } }];
      }),

    /** Ends what nobody decided in time; a plan decided meanwhile stays as it is. */
    async expire(tenantId: string, remediationId: string): Promise<void> {
      await decide(tenantId, remediationId, (plan) => {
        const isDue =
          plan.status === 'proposed' &&
          plan.expiresAt !== null &&
          plan.expiresAt <= now() &&
          openObjections(plan).length === 0;
        if (!isDue) throw invalidStatus(plan);
        return [{ method: 'remediation.expired', params: { by: 'system', reason: 'nobody decided in time' } }];
      }).catch((error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
      });
    },
  };
};
