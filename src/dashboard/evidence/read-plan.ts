export type PlanLine = { text: string; scan: boolean };

/** The lines of a query plan; those that read a table from end to end are marked. */
export const readPlan = (plan: string): PlanLine[] =>
  plan
    .replace(/\n+$/, '')
    .split('\n')
    .map((text) => ({
      text,
      scan: /\b(?:SCAN|Seq Scan|full table scan)\b/i.test(text) && !/USING (?:COVERING )?INDEX/i.test(text),
    }));
