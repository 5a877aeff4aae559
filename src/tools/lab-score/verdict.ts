import { z } from 'zod';

/** What was really broken, as the lab tells who started it. */
export const Truth = z.object({
  kind: z.string(),
  services: z.array(z.string()),
  subjects: z.array(z.string()),
  changeIds: z.array(z.string()),
});
export type Truth = z.infer<typeof Truth>;

/** What agents say beside their words; the lab's README has the vocabulary. */
const Cause = z.looseObject({
  kind: z.string(),
  service: z.string().optional(),
  subject: z.string().optional(),
  changeId: z.string().optional(),
});

export type Verdict = 'right' | 'wrong' | 'abstained';

const same = (one: string | undefined, others: readonly string[]): boolean =>
  one !== undefined && others.some((other) => other.toLowerCase() === one.toLowerCase());

/**
 * Right is the same kind, one of the services, and one of the subjects or of the changes. No cause, or "none" while
 * something was broken, is abstained. Where nothing was broken any cause is wrong.
 */
export const verdictOf = (truth: Truth, completed: Record<string, unknown> | undefined): Verdict => {
  const read = Cause.safeParse(completed?.cause);
  if (!read.success || read.data.kind === 'none') return truth.kind === 'none' ? 'right' : 'abstained';
  const { kind, service, subject, changeId } = read.data;
  const isRight =
    kind === truth.kind &&
    same(service, truth.services) &&
    (same(subject, truth.subjects) || same(changeId, truth.changeIds));
  return isRight ? 'right' : 'wrong';
};
