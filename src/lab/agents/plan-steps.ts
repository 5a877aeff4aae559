import { z } from 'zod';

/**
 * What a step of our own plans does, read back from the plan that was approved: the digest that people approved covers
 * these fields, so what runs is what was shown.
 */
export const CheckStep = z.looseObject({
  stepId: z.literal('check'),
  args: z.object({ service: z.string(), table: z.string(), index: z.string(), statement: z.string() }),
});
export const MigrateStep = z.looseObject({
  stepId: z.literal('migrate'),
  command: z.string(),
  args: z.object({ service: z.string(), file: z.string(), down: z.string(), statement: z.string() }),
});
export const VerifyStep = z.looseObject({
  stepId: z.literal('verify'),
  args: z.object({ objective: z.string(), withinMs: z.number() }),
});
export const OwnStep = z.discriminatedUnion('stepId', [CheckStep, MigrateStep, VerifyStep]);
export type OwnStep = z.infer<typeof OwnStep>;

export const OwnPlan = z.looseObject({ remediationId: z.string(), title: z.string(), steps: z.array(OwnStep) });
export type OwnPlan = z.infer<typeof OwnPlan>;
