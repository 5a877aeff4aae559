import { z } from 'zod';
import { eventParams } from './event.ts';
import { Id } from './ids.ts';
import { Risk, StepStatus, Timestamp } from './values.ts';

/** One step of a plan. The hosted API sends some as bare strings; `readStep` makes one shape of both. */
export const PlanStep = z.looseObject({
  stepId: Id.optional(),
  type: z.string().optional(),
  description: z.string(),
  status: StepStatus.optional(),
  output: z.string().optional(),
  completedAt: z.string().nullish(),
  /** What the step acts on. */
  target: z.string().optional(),
  /** The statement or command in full. */
  command: z.string().optional(),
  /** What it is expected to do, in words with its duration. */
  expectedEffect: z.string().optional(),
});
export type PlanStep = z.infer<typeof PlanStep>;

export const PlanSteps = z.array(z.union([z.string(), PlanStep]));

/** A step in one shape; its position names it where it has no id of its own. */
export const readStep = (step: string | PlanStep, index: number) =>
  typeof step === 'string'
    ? { stepId: `step-${index + 1}`, type: '', description: step, status: 'pending' as const }
    : {
        ...step,
        stepId: step.stepId ?? `step-${index + 1}`,
        type: step.type ?? '',
        status: step.status ?? ('pending' as const),
      };

export const RemediationProposed = eventParams({
  remediationId: Id,
  title: z.string(),
  requiresApproval: z.boolean(),
  steps: PlanSteps,
  description: z.string().optional(),
  risk: Risk.optional(),
  blastRadius: z
    .array(z.looseObject({ service: z.string(), hops: z.number().optional(), impact: z.string().optional() }))
    .optional(),
  rollback: z.string().optional(),
  /** `sha256:` over the RFC 8785 form of {title, description, steps}; set by the relay. */
  planDigest: z.string().optional(),
  approvalsRequired: z.union([z.literal(1), z.literal(2)]).optional(),
  expiresAt: Timestamp.optional(),
  approvalId: Id.optional(),
  evidenceIds: z.array(Id).optional(),
});

const decision = { remediationId: Id, by: z.string().optional(), reason: z.string().optional() };

export const RemediationApproved = eventParams({
  ...decision,
  approvedBy: z.string().optional(),
  /** How many of `approvalsRequired` there are with this one; absent: all. */
  approvals: z.number().optional(),
  approvalsRequired: z.number().optional(),
  planDigest: z.string().optional(),
});
export const RemediationRejected = eventParams(decision);
export const RemediationExpired = eventParams(decision);
export const RemediationExecuting = eventParams(decision);
export const RemediationStep = eventParams({
  ...decision,
  stepId: Id,
  status: StepStatus,
  output: z.string().optional(),
  durationMs: z.number().optional(),
});
export const RemediationExecuted = eventParams({
  ...decision,
  outcome: z.string().optional(),
  durationMs: z.number().optional(),
});
export const RemediationFailed = eventParams({
  ...decision,
  stepId: Id.optional(),
  output: z.string().optional(),
  outcome: z.string().optional(),
  durationMs: z.number().optional(),
});

/** Tenant-wide: somebody is asked to decide. */
export const ApprovalRequested = z.looseObject({
  incidentId: Id,
  remediationId: Id,
  approvalId: Id.nullish(),
  incidentTitle: z.string().optional(),
  remediationTitle: z.string().optional(),
  expiresAt: z.string().nullish(),
});

/** Tenant-wide: it was decided, or nobody did in time. */
export const ApprovalResolved = z.looseObject({
  incidentId: Id,
  remediationId: Id,
  approvalId: Id.nullish(),
  decision: z.enum(['approve', 'reject', 'expire']),
  decidedBy: z.string().nullish(),
});
