import { z } from 'zod';
import { Id } from './ids.ts';
import { PLAN_METHODS, ROLLBACK_METHODS } from './remediation.ts';
import { EvidenceType, Severity } from './values.ts';

/** Requests and answers of steering, feedback, audit and analytics. */
export const AbortInvestigation = z.looseObject({ reason: z.string().max(4000).optional() });
export const AbortAnswer = z.looseObject({
  incidentId: Id,
  status: z.literal('open'),
  abortedAt: z.string(),
  agentsStopped: z.array(z.string()),
});

export const AddContext = z.looseObject({
  context: z.string().trim().min(1).max(8000),
  reinvestigate: z.boolean().default(false),
  suggestedAgents: z.array(z.string()).max(20).optional(),
});
export const ContextAnswer = z.looseObject({ incidentId: Id, message: z.string(), reinvestigating: z.boolean() });

export const DecideKnownSolution = z.looseObject({
  action: z.enum(['accept', 'dismiss']),
  patternId: Id,
  notes: z.string().max(4000).optional(),
});
export const KnownSolutionAnswer = z.looseObject({
  incidentId: Id,
  action: z.enum(['accept', 'dismiss']),
  patternId: Id,
  nextStatus: z.string(),
});

const Rating = z.int().min(1).max(5);
export const InvestigationFeedback = z.looseObject({
  rating: Rating,
  rootCauseAccurate: z.boolean(),
  recommendationsUseful: z.boolean(),
  comment: z.string().max(4000).optional(),
  correctedRootCause: z.string().max(4000).optional(),
});
export const RemediationFeedback = z.looseObject({
  outcome: z.enum(['resolved', 'partial', 'no_effect', 'made_worse']),
  rating: Rating,
  timeToResolutionMinutes: z.number().nonnegative().optional(),
  comment: z.string().max(4000).optional(),
});
export const FeedbackAnswer = z.looseObject({ feedbackId: Id, submittedAt: z.string() });

/** What is put on record: what people decide and say, and what agents propose, conclude and carry out. */
export const AUDITED_ACTIONS = [
  'incident.created',
  'incident.status_changed',
  'investigation.dispatched',
  'investigation.completed',
  'investigation.aborted',
  'investigation.context_added',
  'investigation.known_solution_decided',
  'investigation.feedback_submitted',
  ...PLAN_METHODS,
  ...ROLLBACK_METHODS,
  'remediation.feedback_submitted',
  'agent.instructed',
  'access.refused',
] as const;

export const AuditEntry = z.looseObject({
  auditId: Id,
  timestamp: z.string(),
  action: z.string(),
  actorType: z.enum(['user', 'ai_agent', 'system']),
  actorId: z.string().nullable(),
  actorEmail: z.string().nullable(),
  resourceType: z.string(),
  resourceId: z.string(),
  incidentId: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  /** `sha256:` over the RFC 8785 form of the entry without its own hash, `previousHash` included. */
  hash: z.string(),
  previousHash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
export const AuditPage = z.looseObject({
  items: z.array(AuditEntry),
  total: z.number(),
  nextCursor: z.string().nullable(),
});
export const ListAudit = z.object({
  actorType: z.enum(['user', 'ai_agent', 'system']).optional(),
  action: z.string().optional(),
  incidentId: Id.optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});
export const VerifyAudit = z.looseObject({ auditIds: z.array(Id).min(1).max(100) });
export const VerifyAnswer = z.looseObject({
  results: z.array(
    z.looseObject({
      auditId: Id,
      verified: z.boolean(),
      computedHash: z.string().nullable(),
      storedHash: z.string().nullable(),
    }),
  ),
  allVerified: z.boolean(),
});

export const AnalyticsQuery = z.object({ period: z.enum(['7d', '30d', '90d']).default('30d') });
export const Analytics = z.looseObject({
  totalIncidents: z.number(),
  resolvedIncidents: z.number(),
  /** Seconds from an incident's creation to its end, on average over those that ended; 0 where none did. */
  mttr: z.number(),
  resolutionRate: z.number(),
  bySeverity: z.record(Severity, z.number()),
});

export const ReadEvidence = z.object({
  type: EvidenceType.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(20),
  cursor: z.string().optional(),
});
