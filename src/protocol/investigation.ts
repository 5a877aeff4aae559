import { z } from 'zod';
import { eventParams } from './event.ts';
import { Id } from './ids.ts';
import { AgentStatus, Confidence, HypothesisStatus, ProgressKind } from './values.ts';

/** The words in a piece of evidence on which a claim rests. */
export const Citation = z.looseObject({ evidenceId: Id, quote: z.string() });
export type Citation = z.infer<typeof Citation>;

export const InvestigationProgress = eventParams({
  message: z.string(),
  agentName: z.string(),
  stepIndex: z.number().optional(),
  totalSteps: z.number().optional(),
  kind: ProgressKind.optional(),
  tool: z.string().optional(),
  input: z.unknown().optional(),
  output: z.unknown().optional(),
  durationMs: z.number().nonnegative().optional(),
  evidenceIds: z.array(Id).optional(),
  citations: z.array(Citation).optional(),
  /** A tool_result names the tool_call that it ends. */
  parentEventId: Id.optional(),
});

export const CausalLink = z.looseObject({
  label: z.string(),
  at: z.string().optional(),
  evidenceIds: z.array(Id).optional(),
});
export type CausalLink = z.infer<typeof CausalLink>;

export const InvestigationCompleted = eventParams({
  rootCause: z.string(),
  confidence: Confidence,
  recommendedActions: z.array(z.string()),
  causalChain: z.array(CausalLink).optional(),
  impact: z.string().optional(),
  evidenceIds: z.array(Id).optional(),
  citations: z.array(Citation).optional(),
  contradictingEvidenceIds: z.array(Id).optional(),
  /** What is not known yet, and what nobody looked at. */
  openQuestions: z.array(z.string()).optional(),
  notChecked: z.array(z.string()).optional(),
});

export const InvestigationAborted = eventParams({ by: z.string(), reason: z.string().optional() });
export const InvestigationContextAdded = eventParams({ by: z.string(), context: z.string() });

/** A pattern learned from an earlier incident fits this one; a person accepts or dismisses it. */
export const KnownSolutionFound = eventParams({
  matchedPatternId: Id,
  matchedTitle: z.string(),
  confidence: Confidence,
  runbookUrl: z.string().optional(),
});

export const KnownSolutionDecided = eventParams({
  by: z.string(),
  action: z.enum(['accept', 'dismiss']),
  patternId: Id,
  notes: z.string().optional(),
});

/** What a person thought of the investigation or, with `remediationId`, of the fix. */
export const FeedbackSubmitted = eventParams({
  feedbackId: Id,
  by: z.string(),
  rating: z.number(),
  remediationId: Id.optional(),
  comment: z.string().optional(),
});

export const AgentStatusChanged = eventParams({
  agentName: z.string(),
  role: z.string(),
  status: AgentStatus,
  task: z.string().optional(),
});

export const HypothesisUpdated = eventParams({
  hypothesisId: Id,
  statement: z.string(),
  status: HypothesisStatus,
  confidence: Confidence,
  evidenceIds: z.array(Id),
  agentName: z.string(),
  /** What speaks against it. */
  contradictingEvidenceIds: z.array(Id).optional(),
  citations: z.array(Citation).optional(),
  /** Why it has this status, in a sentence. */
  reason: z.string().optional(),
});

/** A person asks an agent what it waits for, has it give up its present step, or stops it. */
export const AgentInstructed = eventParams({
  agentName: z.string(),
  instruction: z.enum(['ask', 'skip', 'stop']),
  by: z.string(),
  message: z.string().optional(),
});

/** A person asks for a piece of evidence to be collected again; it comes under the same evidenceId. */
export const EvidenceCheckRequested = eventParams({ evidenceId: Id, by: z.string() });

/** `reading` names the plan that a viewer has open. */
export const PresenceChanged = eventParams({
  viewers: z.array(z.looseObject({ userId: Id, name: z.string(), reading: Id.optional() })),
});
