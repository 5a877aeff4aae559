import { z } from 'zod';
import { eventParams } from './event.ts';
import { Id } from './ids.ts';
import { ofPlan } from './remediation.ts';
import { PreconditionStatus, Timestamp } from './values.ts';

/** What happens around a plan beside its approval: facts looked at again, who has it, who objects, taking it back. */

/** An agent looked at a fact again. One that changed parks the approval until it holds again. */
export const RemediationPrecondition = eventParams({
  ...ofPlan,
  preconditionId: Id,
  status: PreconditionStatus,
  observed: z.string().optional(),
});

/** A person asks for a fact, or for all of them, to be looked at again. */
export const RemediationCheckRequested = eventParams({ ...ofPlan, preconditionId: Id.optional() });

/** Who sees to the decision; null after it was let go. It keeps nobody else from deciding. */
export const RemediationClaimed = eventParams({ ...ofPlan, claimedBy: z.string().nullable() });

/** While somebody objects the plan does not expire; it can be decided on all the same. */
export const RemediationObjected = eventParams({ ...ofPlan, objectorId: Id.optional() });

/** `expiresAt` is the new deadline, moved by the time that the objections took; absent while somebody else objects. */
export const RemediationObjectionWithdrawn = eventParams({
  ...ofPlan,
  objectorId: Id.optional(),
  expiresAt: Timestamp.optional(),
});

export const RemediationRollbackRequested = eventParams(ofPlan);
export const RemediationRolledBack = eventParams({
  ...ofPlan,
  outcome: z.string().optional(),
  durationMs: z.number().optional(),
});
export const RemediationRollbackFailed = eventParams({
  ...ofPlan,
  stepId: Id.optional(),
  output: z.string().optional(),
});
