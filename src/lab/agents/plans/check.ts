import { z } from 'zod';

const Args = z.record(z.string(), z.unknown());

/** How a fact is looked at: kept in the plan, so that it can be looked at again after a restart, too. */
export const Check = z.discriminatedUnion('kind', [
  /** A field of an operation's state is one of these. */
  z.object({ kind: z.literal('state'), type: z.string(), args: Args, field: z.string(), anyOf: z.array(z.unknown()) }),
  /** The objective is still missed: a plan for what is over is none. */
  z.object({ kind: z.literal('missed'), objective: z.string() }),
  /** The service has a process that runs; how fast it answers is what the plan is to mend. */
  z.object({ kind: z.literal('runs'), service: z.string() }),
  /** Nobody changed the service since. */
  z.object({ kind: z.literal('unchanged'), service: z.string(), since: z.number() }),
  /** A measurement is still at least, or at most, so much. */
  z.object({
    kind: z.literal('metric'),
    metric: z.string(),
    operation: z.string(),
    where: z.record(z.string(), z.string()),
    windowMs: z.number(),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  }),
  /** The statement still reads the table from end to end. */
  z.object({ kind: z.literal('scans'), service: z.string(), statement: z.string(), table: z.string() }),
]);
export type Check = z.infer<typeof Check>;
