import { z } from 'zod';
import { Evidence } from './evidence.ts';
import { Id } from './ids.ts';
import { PlanSteps } from './remediation.ts';
import { IncidentSource, IncidentStatus, RemediationStatus, Risk, Severity } from './values.ts';

/** What the REST API answers; `looseObject` throughout, for a newer server may say more. */
export const IncidentSummary = z.looseObject({
  incidentId: Id,
  title: z.string(),
  severity: Severity,
  status: IncidentStatus,
  source: IncidentSource,
  createdAt: z.string(),
});
export type IncidentSummary = z.infer<typeof IncidentSummary>;

export const IncidentList = z.looseObject({
  incidents: z.array(IncidentSummary),
  count: z.number(),
  cursor: z.string().nullish(),
});
export type IncidentList = z.infer<typeof IncidentList>;

export const IncidentDetail = IncidentSummary.extend({
  description: z.string().optional(),
  assignedAgents: z.array(z.string()),
  rootCause: z.string().nullable(),
  recommendedActions: z.array(z.string()),
  updatedAt: z.string(),
});
export type IncidentDetail = z.infer<typeof IncidentDetail>;

export const RelayStatus = z.looseObject({
  status: z.enum(['healthy', 'degraded', 'unavailable']),
  activeConnections: z.number(),
  region: z.string(),
  version: z.string(),
  checkedAt: z.string(),
});
export type RelayStatus = z.infer<typeof RelayStatus>;

export const InvestigationResults = z.looseObject({
  incidentId: Id,
  rootCause: z.string().nullable(),
  confidence: z.number(),
  evidence: z.array(z.looseObject({ agentRole: z.string(), content: z.string() })),
  recommendedActions: z.array(z.string()),
});
export type InvestigationResults = z.infer<typeof InvestigationResults>;

export const InvestigationStarted = z.looseObject({
  incidentId: Id,
  status: z.literal('investigating'),
  agentsDispatched: z.array(z.string()),
  message: z.string(),
});

export const EvidencePage = z.looseObject({
  items: z.array(Evidence),
  total: z.number(),
  nextCursor: z.string().nullish(),
});

export const RemediationRecord = z.looseObject({
  remediationId: Id,
  incidentId: Id,
  title: z.string(),
  description: z.string().optional(),
  status: RemediationStatus,
  requiresApproval: z.boolean(),
  approvedBy: z.string().nullish(),
  approvedAt: z.string().nullish(),
  steps: PlanSteps,
  outcome: z.string().nullish(),
  proposedAt: z.string().nullish(),
  executedAt: z.string().nullish(),
});
export type RemediationRecord = z.infer<typeof RemediationRecord>;

export const RemediationList = z.looseObject({ remediations: z.array(RemediationRecord) });

export const PendingApproval = z.looseObject({
  approvalId: Id,
  remediationId: Id,
  incidentId: Id,
  incidentTitle: z.string(),
  remediationTitle: z.string(),
  steps: PlanSteps,
  requestedAt: z.string(),
  expiresAt: z.string().nullish(),
  /** From here on ours only. */
  risk: Risk.nullish(),
  planDigest: z.string().nullish(),
  approvals: z.number().optional(),
  approvalsRequired: z.number().optional(),
  claimedBy: z.string().nullish(),
  objections: z.number().optional(),
  /** A precondition changed: it cannot be approved until it holds again. */
  isParked: z.boolean().optional(),
});
export type PendingApproval = z.infer<typeof PendingApproval>;
export const PendingApprovals = z.looseObject({ items: z.array(PendingApproval), total: z.number() });

/** `approvals` of `approvalsRequired` where more are needed. */
export const RemediationDecision = z.looseObject({
  remediationId: Id,
  status: RemediationStatus,
  approvals: z.number().optional(),
  approvalsRequired: z.number().optional(),
});
export const ApprovalAnswer = z.looseObject({
  approvalId: Id,
  decision: z.enum(['approve', 'reject']),
  remediationId: Id,
  remediationStatus: RemediationStatus,
  decidedAt: z.string(),
});

/** One event as history returns it: the notification's method and params. */
const HistoryItem = z.looseObject({ method: z.string(), params: z.record(z.string(), z.unknown()) });
export const History = z.looseObject({
  items: z.array(HistoryItem),
  headSeq: z.number(),
  total: z.number().describe('All events of the incident, also where a filter leaves some out.'),
  offset: z.number().optional().describe('How many events lie before the first item, where a place was asked for.'),
  epoch: z.string(),
});

/** What an investigation's events amount to after so many of them. */
export const InvestigationSnapshot = z.looseObject({
  incidentId: Id,
  epoch: z.string(),
  seq: z.number().describe('The newest event that is folded in; 0 before the first.'),
  events: z.number().describe('How many events are folded in.'),
  foldVersion: z.number().describe('Names what events amount to; a reader that folds otherwise folds from the start.'),
  investigation: z.looseObject({ incidentId: Id, phase: z.string(), lastSeq: z.number() }),
});
export type InvestigationSnapshot = z.infer<typeof InvestigationSnapshot>;

/** Requests. */
export const CreateIncident = z.looseObject({
  title: z.string().trim().min(1).max(300),
  description: z.string().min(10).max(4000),
  severity: Severity.default('medium'),
});
export const PatchIncident = z.looseObject({ status: IncidentStatus });
export const ApproveRemediation = z.looseObject({
  planDigest: z.string().optional(),
  /** The newest `seq` that the approver had on the screen; the decision record says what was known there. */
  seenSeq: z.int().nonnegative().optional(),
  notes: z.string().max(4000).optional(),
});
export const RejectRemediation = z.looseObject({ reason: z.string().max(4000).optional() });
export const RespondToApproval = z.looseObject({
  decision: z.enum(['approve', 'reject']),
  notes: z.string().max(4000).optional(),
});
export const ListIncidents = z.object({
  severity: Severity.optional(),
  status: IncidentStatus.optional(),
  sort: z.literal('createdAt').default('createdAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});
/** One place at the most; without any, as it is now. */
export const ReadSnapshot = z
  .object({
    atSeq: z.coerce.number().int().nonnegative().optional(),
    atEvents: z.coerce.number().int().nonnegative().optional(),
    /** Epoch milliseconds. */
    atTime: z.coerce.number().int().nonnegative().optional(),
  })
  .refine((query) => Object.values(query).filter((place) => place !== undefined).length <= 1, {
    message: 'takes one of atSeq, atEvents and atTime',
  });
export const ReadHistory = z.object({
  /** A place instead of a side of a seq: the page has what is on both sides of it, and no filter counts. */
  atOffset: z.coerce.number().int().nonnegative().optional(),
  /** Epoch milliseconds. */
  atTime: z.coerce.number().int().nonnegative().optional(),
  atEvent: z.string().min(1).max(200).optional(),
  afterSeq: z.coerce.number().int().nonnegative().optional(),
  beforeSeq: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  agent: z.string().optional(),
  kind: z.string().optional(),
  type: z.string().optional(),
  q: z.string().max(200).optional(),
});
