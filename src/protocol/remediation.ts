import { z } from 'zod';
import { eventParams } from './event.ts';
import { Id } from './ids.ts';
import { PreconditionStatus, Reversibility, Risk, StepStatus, Timestamp } from './values.ts';

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

type NamedStep = PlanStep & { stepId: string; type: string; status: StepStatus };

const readStepAs =
  (prefix: 'step' | 'undo') =>
  (step: string | PlanStep, index: number): NamedStep =>
    typeof step === 'string'
      ? { stepId: `${prefix}-${index + 1}`, type: '', description: step, status: 'pending' }
      : {
          ...step,
          stepId: step.stepId ?? `${prefix}-${index + 1}`,
          type: step.type ?? '',
          status: step.status ?? 'pending',
        };

/** A step in one shape; its position names it where it has no id of its own: `step-1`, and `undo-1` of an undo plan. */
export const readStep = readStepAs('step');
export const readUndoStep = readStepAs('undo');

/** A fact that the plan depends on, such as "replicas = 6"; reported anew by `remediation.precondition`. */
const Precondition = z.looseObject({
  preconditionId: Id,
  statement: z.string(),
  status: PreconditionStatus.optional(),
  /** What was seen when it was last looked at, in words. */
  observed: z.string().optional(),
  checkedAt: Timestamp.optional(),
  evidenceIds: z.array(Id).optional(),
});

/** How the plan is taken back. It stays possible for `watchMs` after the plan was carried out. */
const Undo = z.looseObject({
  reversibility: Reversibility,
  description: z.string().optional(),
  steps: PlanSteps.optional(),
  watchMs: z.int().nonnegative().optional(),
});

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
  undo: Undo.optional(),
  preconditions: z.array(Precondition).max(20).optional(),
  /** What is expected of the plan as a whole, in words with its duration. */
  expectedEffect: z.string().optional(),
  /** The service that it acts on: what is typed to confirm a plan of high risk. */
  service: z.string().optional(),
  /** `sha256:` over the RFC 8785 form of {title, description, steps}; set by the relay. */
  planDigest: z.string().optional(),
  approvalsRequired: z.union([z.literal(1), z.literal(2)]).optional(),
  expiresAt: Timestamp.optional(),
  approvalId: Id.optional(),
  evidenceIds: z.array(Id).optional(),
});

export const ofPlan = { remediationId: Id, by: z.string().optional(), reason: z.string().optional() };

export const RemediationApproved = eventParams({
  ...ofPlan,
  approvedBy: z.string().optional(),
  /** How many of `approvalsRequired` there are with this one; absent: all. */
  approvals: z.number().optional(),
  approvalsRequired: z.number().optional(),
  planDigest: z.string().optional(),
  /** The newest `seq` that the approver had on the screen. */
  seenSeq: z.int().nonnegative().optional(),
  /** `sha256:` over the RFC 8785 form of what was on record at that position: see the decision record. */
  seenDigest: z.string().optional(),
});
export const RemediationRejected = eventParams(ofPlan);
export const RemediationExpired = eventParams(ofPlan);
export const RemediationExecuting = eventParams(ofPlan);
export const RemediationStep = eventParams({
  ...ofPlan,
  stepId: Id,
  status: StepStatus,
  output: z.string().optional(),
  durationMs: z.number().optional(),
});
export const RemediationExecuted = eventParams({
  ...ofPlan,
  outcome: z.string().optional(),
  durationMs: z.number().optional(),
  /** What shows that it worked: the metric that was broken, recovering. */
  evidenceIds: z.array(Id).optional(),
});
export const RemediationFailed = eventParams({
  ...ofPlan,
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

/** The methods that change how a plan stands until it is carried out: what its record is made of. */
export const PLAN_METHODS = [
  'remediation.proposed',
  'remediation.approved',
  'remediation.rejected',
  'remediation.expired',
  'remediation.executing',
  'remediation.executed',
  'remediation.failed',
  'remediation.precondition',
  'remediation.claimed',
  'remediation.objected',
  'remediation.objection_withdrawn',
] as const;

/** What becomes of a plan that is taken back. */
export const ROLLBACK_METHODS = [
  'remediation.rollback_requested',
  'remediation.rolled_back',
  'remediation.rollback_failed',
] as const;
