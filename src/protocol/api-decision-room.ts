import { z } from 'zod';
import { AuditEntry } from './api-steering.ts';
import { Id } from './ids.ts';

/** Requests and answers around a plan beside its approval, and what is said to one agent. */
const Reason = z.string().max(4000);

/** Without `to` the caller sees to it; a name hands it over, null lets it go. */
export const ClaimPlan = z.looseObject({ to: z.string().min(1).max(200).nullish() });
export const ClaimAnswer = z.looseObject({ remediationId: Id, claimedBy: z.string().nullable() });

export const ObjectToPlan = z.looseObject({ reason: Reason.trim().min(1) });
/** Whose objection: an admin may withdraw that of somebody else. */
export const WithdrawObjection = z.looseObject({ objectorId: Id.optional() });
export const ObjectionAnswer = z.looseObject({
  remediationId: Id,
  /** How many object now. */
  objections: z.int().nonnegative(),
  expiresAt: z.string().nullable(),
});

export const CheckPlan = z.looseObject({ preconditionId: Id.optional() });
export const CheckAnswer = z.looseObject({ remediationId: Id, requestedAt: z.string() });

export const RollBackPlan = z.looseObject({ reason: Reason.optional() });
export const RollBackAnswer = z.looseObject({ remediationId: Id, rollback: z.literal('requested') });

export const InstructAgent = z.looseObject({
  instruction: z.enum(['ask', 'skip', 'stop']),
  message: Reason.optional(),
});
export const InstructAnswer = z.looseObject({
  incidentId: Id,
  agentName: z.string(),
  instruction: z.enum(['ask', 'skip', 'stop']),
});

export const EvidenceCheckAnswer = z.looseObject({ incidentId: Id, evidenceId: Id, requestedAt: z.string() });

/** One decision in a record: what was decided, and what was on record for whoever decided it. */
const RecordedDecision = z.looseObject({
  auditId: Id,
  eventId: Id,
  seq: z.int().positive(),
  action: z.string(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  at: z.string(),
  planDigest: z.string().nullable(),
  seenDigest: z.string().nullable(),
  seen: z
    .looseObject({ plan: z.looseObject({ title: z.string(), description: z.string(), steps: z.unknown() }) })
    .nullable(),
});

/**
 * What was decided on a plan, by whom and in view of what: one file, complete in itself. All digests are `sha256:` over
 * RFC 8785 forms; `digest` is over the record without it. `audit` is the unbroken stretch of the tenant's hash chain from
 * the proposal to the last entry about the plan.
 */
export const DecisionRecord = z.looseObject({
  type: z.literal('causeflow.decision-record'),
  version: z.literal(1),
  exportedAt: z.string(),
  exportedBy: z.string(),
  incident: z.looseObject({ incidentId: Id, title: z.string(), severity: z.string() }),
  remediation: z.looseObject({ remediationId: Id, title: z.string(), status: z.string() }),
  decisions: z.array(RecordedDecision),
  audit: z.array(AuditEntry),
  digest: z.string(),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;
