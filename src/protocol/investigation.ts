import { z } from 'zod';
import { eventParams } from './event.ts';
import { Id } from './ids.ts';
import { AgentStatus, Confidence, HypothesisStatus, ProgressKind } from './values.ts';

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
  /** Why it has this status, in a sentence. */
  reason: z.string().optional(),
});

export const PresenceChanged = eventParams({
  viewers: z.array(z.looseObject({ userId: Id, name: z.string() })),
});
