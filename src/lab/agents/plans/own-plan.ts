import { z } from 'zod';
import { Check } from './check.ts';

const Args = z.record(z.string(), z.unknown());

/** Does one operation of the platform; nothing happens where the state is no longer what `expect` says. */
export const OperationStep = z.looseObject({
  stepId: z.string(),
  action: z.literal('operate'),
  type: z.string(),
  args: Args,
  expect: Args.optional(),
});
/** Watches the objective until it is met. */
export const VerifyStep = z.looseObject({
  stepId: z.string(),
  action: z.literal('verify'),
  args: z.object({ objective: z.string(), withinMs: z.number() }),
});
export const OwnStep = z.discriminatedUnion('action', [OperationStep, VerifyStep]);
export type OwnStep = z.infer<typeof OwnStep>;
export type OperationStep = z.infer<typeof OperationStep>;
export type VerifyStep = z.infer<typeof VerifyStep>;

const OwnPrecondition = z.looseObject({ preconditionId: z.string(), statement: z.string(), check: Check });

/**
 * A plan of these agents, read back from the event in which it was proposed: the digest that people approved covers the
 * steps, so what runs is what was shown.
 */
export const OwnPlan = z.looseObject({
  remediationId: z.string(),
  title: z.string(),
  service: z.string(),
  steps: z.array(OwnStep).min(1),
  preconditions: z.array(OwnPrecondition),
  undo: z.looseObject({
    reversibility: z.string(),
    steps: z.array(OwnStep).optional(),
    watchMs: z.number().default(0),
  }),
  /** What it is for, so that what is learned from it has a name. */
  learned: z
    .object({ kind: z.string(), service: z.string(), title: z.string(), signature: z.array(z.string()) })
    .optional(),
});
export type OwnPlan = z.infer<typeof OwnPlan>;
