import { type Draft, draftOf } from './draft.ts';
import type { IncidentEvent } from './event.ts';
import { findEvidence } from './find-evidence.ts';
import { cutAgents, endSilentAgents, foldAgentProgress, foldAgentStatus, foldInstruction } from './fold-agents.ts';
import { foldRemediation, type RemediationEvent } from './fold-remediation.ts';
import type { Investigation, Phase, Remediation } from './state.ts';

type Of<Method extends IncidentEvent['method']> = Extract<IncidentEvent, { method: Method }>;

const foldEvidence = (draft: Draft, event: Of<'evidence.collected'>): void => {
  const { evidence } = event.params;
  const { list, byId } = draft.evidence();
  const before = byId.get(evidence.evidenceId);
  const item = {
    ...evidence,
    agentName: evidence.agentName ?? before?.agentName ?? '',
    label: before?.label ?? `E${list.length + 1}`,
    eventId: before?.eventId ?? event.id,
    at: event.at,
    firstAt: before?.firstAt ?? event.at,
    checkAskedAt: null,
  };
  if (before === undefined) list.push(item);
  else list[list.indexOf(before)] = item;
  byId.set(evidence.evidenceId, item);
};

const foldEvidenceCheck = (draft: Draft, event: Of<'evidence.check_requested'>): void => {
  const asked = findEvidence(draft.value, event.params.evidenceId);
  if (asked === undefined) return;
  const { list, byId } = draft.evidence();
  const item = { ...asked, checkAskedAt: event.at };
  list[list.indexOf(asked)] = item;
  byId.set(item.evidenceId, item);
};

const foldHypothesis = (draft: Draft, event: Of<'hypothesis.updated'>): void => {
  const { hypothesisId, statement, status, confidence, evidenceIds, agentName, reason } = event.params;
  const list = draft.hypotheses();
  const index = list.findIndex((known) => known.hypothesisId === hypothesisId);
  const before = list[index];
  const after = {
    hypothesisId,
    statement,
    status,
    confidence,
    evidenceIds,
    contradictingEvidenceIds: event.params.contradictingEvidenceIds ?? [],
    citations: event.params.citations ?? [],
    agentName,
    reason: reason ?? before?.reason ?? null,
    at: event.at,
    history: [...(before?.history ?? []), { at: event.at, status, confidence, eventId: event.id }],
  };
  if (before === undefined) list.push(after);
  else list[index] = after;
};

const foldProgress = (draft: Draft, event: Of<'investigation.progress'>): void => {
  foldAgentProgress(draft, event);
  const { kind } = event.params;
  if (kind === 'tool_call' || kind === 'finding') {
    const { counts } = draft.value;
    draft.value.counts =
      kind === 'finding'
        ? { ...counts, findings: counts.findings + 1 }
        : { ...counts, toolCalls: counts.toolCalls + 1 };
  }
};

const foldCompleted = (draft: Draft, event: Of<'investigation.completed'>): void => {
  const { rootCause, confidence, recommendedActions, causalChain, impact, evidenceIds } = event.params;
  draft.value.rootCause = {
    statement: rootCause,
    confidence,
    recommendedActions,
    causalChain: causalChain ?? [],
    impact: impact ?? null,
    evidenceIds: evidenceIds ?? [],
    contradictingEvidenceIds: event.params.contradictingEvidenceIds ?? [],
    citations: event.params.citations ?? [],
    openQuestions: event.params.openQuestions ?? [],
    notChecked: event.params.notChecked ?? [],
    at: event.at,
    eventId: event.id,
  };
  endSilentAgents(draft, event.at);
};

const phaseOfPlan = (plan: Remediation): Phase => {
  if (plan.undo?.state === 'requested') return 'executing';
  if (plan.undo?.state === 'done' || plan.undo?.state === 'failed') return 'failed';
  switch (plan.status) {
    case 'proposed':
      return plan.requiresApproval ? 'approval' : 'approved';
    case 'approved':
      return 'approved';
    case 'executing':
      return 'executing';
    case 'executed':
      return 'recovered';
    case 'failed':
      return 'failed';
    case 'rejected':
    case 'expired':
      return 'rejected';
  }
};

const phaseOf = (state: Investigation): Phase => {
  if (state.aborted !== null) return 'aborted';
  const plan = state.remediations.at(-1);
  if (plan !== undefined) return phaseOfPlan(plan);
  if (state.rootCause !== null) return 'root_cause';
  return state.startedAt === null ? 'waiting' : 'investigating';
};

const foldKnownSolution = (
  draft: Draft,
  event: Of<'investigation.known_solution_found'> | Of<'investigation.known_solution_decided'>,
): void => {
  const known = draft.value.knownSolutions;
  if (event.method === 'investigation.known_solution_decided') {
    const { patternId, action, by } = event.params;
    draft.value.knownSolutions = known.map((solution) =>
      solution.patternId === patternId ? { ...solution, decision: { action, by, at: event.at } } : solution,
    );
    return;
  }
  const { matchedPatternId, matchedTitle, confidence, runbookUrl } = event.params;
  const found = {
    patternId: matchedPatternId,
    title: matchedTitle,
    confidence,
    runbookUrl: runbookUrl ?? null,
    at: event.at,
    decision: null,
  };
  draft.value.knownSolutions = [...known.filter(({ patternId }) => patternId !== matchedPatternId), found];
};

const foldFeedback = (
  draft: Draft,
  event: Of<'investigation.feedback_submitted'> | Of<'remediation.feedback_submitted'>,
): void => {
  const { by, rating, remediationId, comment } = event.params;
  const given = { by, rating, remediationId: remediationId ?? null, comment: comment ?? null, at: event.at };
  draft.value.feedback = [...draft.value.feedback, given];
};

const FINAL: ReadonlySet<Phase> = new Set(['recovered', 'failed', 'rejected', 'aborted']);

const countError = (draft: Draft): void => {
  draft.value.counts = { ...draft.value.counts, errors: draft.value.counts.errors + 1 };
};

const dispatch = (draft: Draft, event: IncidentEvent): void => {
  switch (event.method) {
    case 'investigation.progress':
      return foldProgress(draft, event);
    case 'agent.status':
      if (event.params.status === 'failed') countError(draft);
      // Agents that are sent off again after an abort begin the investigation anew.
      if (event.params.status === 'queued' || event.params.status === 'running') draft.value.aborted = null;
      return foldAgentStatus(draft, event);
    case 'agent.instructed':
      return foldInstruction(draft, event);
    case 'evidence.collected':
      return foldEvidence(draft, event);
    case 'evidence.check_requested':
      return foldEvidenceCheck(draft, event);
    case 'hypothesis.updated':
      return foldHypothesis(draft, event);
    case 'investigation.completed':
      return foldCompleted(draft, event);
    case 'investigation.aborted':
      draft.value.aborted = { by: event.params.by, reason: event.params.reason ?? null, at: event.at };
      return cutAgents(draft, event.at);
    case 'investigation.context_added':
      draft.value.notes = [
        ...draft.value.notes,
        { by: event.params.by, context: event.params.context, at: event.at, eventId: event.id },
      ];
      return;
    case 'investigation.known_solution_found':
    case 'investigation.known_solution_decided':
      return foldKnownSolution(draft, event);
    case 'investigation.feedback_submitted':
    case 'remediation.feedback_submitted':
      return foldFeedback(draft, event);
    case 'remediation.step':
      if (event.params.status === 'failed') countError(draft);
      foldRemediation(draft, event);
      return;
    case 'remediation.executed':
      if (foldRemediation(draft, event) !== undefined) cutAgents(draft, event.at);
      return;
    case 'remediation.proposed':
    case 'remediation.approved':
    case 'remediation.rejected':
    case 'remediation.expired':
    case 'remediation.executing':
    case 'remediation.failed':
    case 'remediation.precondition':
    case 'remediation.check_requested':
    case 'remediation.claimed':
    case 'remediation.objected':
    case 'remediation.objection_withdrawn':
    case 'remediation.rollback_requested':
    case 'remediation.rolled_back':
    case 'remediation.rollback_failed':
      foldRemediation(draft, event satisfies RemediationEvent);
      return;
    default:
      return;
  }
};

const WORK: ReadonlySet<string> = new Set(['investigation.progress', 'evidence.collected', 'hypothesis.updated']);

/**
 * Folds events, in order and each new, into a state. What an event means is said here and nowhere else: the server's
 * answers, the live view and a replay all come from this.
 */
export const fold = (state: Investigation, events: readonly IncidentEvent[]): Investigation => {
  if (events.length === 0) return state;
  const draft = draftOf(state);
  for (const event of events) {
    if (event.seq !== null) draft.value.lastSeq = event.seq;
    draft.value.lastAt = event.at;
    if (draft.value.startedAt === null && WORK.has(event.method)) draft.value.startedAt = event.at;
    dispatch(draft, event);
    const phase = phaseOf(draft.value);
    if (phase !== draft.value.phase) draft.value.endedAt = FINAL.has(phase) ? event.at : null;
    draft.value.phase = phase;
  }
  return draft.value;
};
