import type { IncidentEvent } from './event.ts';
import { openObjections } from './fold-decision-room.ts';
import type { EvidenceItem, Investigation, Remediation } from './state.ts';

/** Times in what was seen are ISO 8601, ages milliseconds at the decision. */
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** What is digested: the plan in the words in which it was proposed, which the fold no longer has. */
const proposalOf = (events: readonly IncidentEvent[], plan: Remediation) => {
  const event = events.find(({ id }) => id === plan.eventId);
  const {
    title,
    description = '',
    steps,
  } = event?.method === 'remediation.proposed'
    ? event.params
    : { title: plan.title, description: plan.description, steps: [] };
  return { title, description, steps };
};

const evidenceSeen = (item: EvidenceItem, at: number) => ({
  evidenceId: item.evidenceId,
  label: item.label,
  type: item.type,
  source: item.source,
  summary: item.summary,
  collectedAt: iso(item.at),
  ageMs: Math.max(0, at - item.at),
});

const evidenceOf = (state: Investigation, plan: Remediation, at: number) => {
  const { rootCause } = state;
  const cited = new Set([
    ...plan.evidenceIds,
    ...plan.preconditions.flatMap(({ evidenceIds }) => evidenceIds),
    ...(rootCause?.evidenceIds ?? []),
    ...(rootCause?.contradictingEvidenceIds ?? []),
  ]);
  return state.evidence.filter(({ evidenceId }) => cited.has(evidenceId)).map((item) => evidenceSeen(item, at));
};

/** What spoke against the cause, and what else it could have been. */
const contradictionsOf = (state: Investigation) => ({
  rootCause: [...(state.rootCause?.contradictingEvidenceIds ?? [])],
  hypotheses: state.hypotheses
    .filter(({ status, contradictingEvidenceIds }) => status !== 'refuted' && contradictingEvidenceIds.length > 0)
    .map(({ statement, contradictingEvidenceIds }) => ({ statement, evidenceIds: [...contradictingEvidenceIds] })),
  undecided: state.hypotheses
    .filter(({ status }) => status === 'proposed' || status === 'supported')
    .map(({ statement, status, confidence }) => ({ statement, status, confidence })),
});

const planSeen = (events: readonly IncidentEvent[], plan: Remediation, at: number) => ({
  remediationId: plan.remediationId,
  ...proposalOf(events, plan),
  planDigest: plan.planDigest,
  risk: plan.risk,
  blastRadius: plan.blastRadius,
  rollback: plan.rollback,
  undo: plan.undo === null ? null : { reversibility: plan.undo.reversibility, description: plan.undo.description },
  expectedEffect: plan.expectedEffect,
  service: plan.service,
  approvalsRequired: plan.approvalsRequired,
  approvedBy: plan.approvedBy,
  expiresAt: iso(plan.expiresAt),
  claimedBy: plan.claimedBy,
  objections: openObjections(plan).map(({ by, reason, at: since }) => ({ by, reason, since: iso(since) })),
  preconditions: plan.preconditions.map(({ statement, status, observed, checkedAt }) => ({
    statement,
    status,
    observed,
    checkedAt: iso(checkedAt),
    ageMs: checkedAt === null ? null : Math.max(0, at - checkedAt),
  })),
});

/** The position that an approver had: what was named, or, where the plan was not there yet or nothing named, the newest. */
export const seenSeqOf = (
  { lastSeq, planEvents }: { lastSeq: number; planEvents: readonly IncidentEvent[] },
  plan: Remediation,
  named: number | undefined,
): number => {
  const proposedSeq = planEvents.find(({ id }) => id === plan.eventId)?.seq ?? 0;
  return named === undefined || named < proposedSeq ? lastSeq : Math.min(named, lastSeq);
};

/**
 * What was on record of a plan for somebody who decided at `at`, epoch milliseconds, in view of an incident that stood
 * so; `planEvents` are the events of its plans up to there. The same standing gives the same answer, so that it can be
 * sealed by its digest when the decision is made. undefined where there was no such plan yet.
 */
export const seenAt = (
  { investigation: state, planEvents }: { investigation: Investigation; planEvents: readonly IncidentEvent[] },
  remediationId: string,
  seq: number,
  at: number,
) => {
  const plan = state.remediations.find((known) => known.remediationId === remediationId);
  if (plan === undefined) return undefined;
  const { rootCause } = state;
  return {
    seq,
    plan: planSeen(planEvents, plan, at),
    rootCause:
      rootCause === null
        ? null
        : {
            statement: rootCause.statement,
            confidence: rootCause.confidence,
            openQuestions: rootCause.openQuestions,
            notChecked: rootCause.notChecked,
          },
    evidence: evidenceOf(state, plan, at),
    contradictions: contradictionsOf(state),
  };
};
