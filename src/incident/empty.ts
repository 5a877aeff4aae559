import type { Investigation } from './state.ts';

/** What is known of an investigation before its first event. */
export const emptyInvestigation = (incidentId: string): Investigation => ({
  incidentId,
  phase: 'waiting',
  lastSeq: 0,
  startedAt: null,
  endedAt: null,
  lastAt: null,
  agents: new Map(),
  evidence: [],
  hypotheses: [],
  rootCause: null,
  remediations: [],
  notes: [],
  knownSolutions: [],
  feedback: [],
  aborted: null,
  counts: { toolCalls: 0, findings: 0, errors: 0 },
});
