import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { newId } from '../../../protocol/ids.ts';
import { similarity } from './signature.ts';

const Pattern = z.object({
  patternId: z.string(),
  /** The kind of the cause, and where it was. */
  kind: z.string(),
  service: z.string(),
  title: z.string(),
  signature: z.array(z.string()),
  /** How often its fix was tried, and how often the objective was met after it. */
  tried: z.number(),
  worked: z.number(),
  incidentId: z.string(),
  learnedAt: z.string(),
});
export type Pattern = z.infer<typeof Pattern>;

export type Match = { pattern: Pattern; confidence: number; because: string };

/** Less alike than this is another kind of trouble. */
const LEAST_ALIKE = 0.5;
const MOST_PATTERNS = 200;

const read = (file: string): Pattern[] => {
  try {
    return z.array(Pattern).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Absent until something was learned; what is unreadable is learned again.
    return [];
  }
};

/** How likely the pattern is what it looks like: how alike it is, times how often its fix worked (Laplace). */
export const confidenceOfMatch = (alike: number, { tried, worked }: Pick<Pattern, 'tried' | 'worked'>): number =>
  Number((alike * ((worked + 1) / (tried + 2)) ** 0.5).toFixed(2));

/** What was learned from incidents that were resolved: kept in a file, offered when the next one looks like it. */
export const openPatterns = (file: string) => {
  let patterns = read(file);
  const write = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify(patterns, null, 2));
    renameSync(`${file}.new`, file);
  };

  return {
    all: (): readonly Pattern[] => patterns,
    find: (signature: readonly string[]): Match | undefined => {
      const matches = patterns.map((pattern) => ({ pattern, alike: similarity(pattern.signature, signature) }));
      const [best] = matches.sort((a, b) => b.alike - a.alike);
      if (best === undefined || best.alike < LEAST_ALIKE) return undefined;
      const { pattern, alike } = best;
      const because = `${Math.round(alike * 100)} % of what is seen is as it was on ${pattern.learnedAt.slice(0, 10)}, and its fix worked ${pattern.worked} of ${pattern.tried} times`;
      return { pattern, confidence: confidenceOfMatch(alike, pattern), because };
    },
    /** A plan was carried out: what it was for is remembered, with whether it worked. */
    learn: (seen: Pick<Pattern, 'kind' | 'service' | 'title' | 'signature' | 'incidentId'>, worked: boolean): void => {
      const known = patterns.find(
        ({ kind, service, signature }) =>
          kind === seen.kind && service === seen.service && similarity(signature, seen.signature) >= LEAST_ALIKE,
      );
      if (known === undefined && !worked) return;
      const pattern: Pattern = {
        ...seen,
        patternId: known?.patternId ?? newId('ptn'),
        tried: (known?.tried ?? 0) + 1,
        worked: (known?.worked ?? 0) + (worked ? 1 : 0),
        // What both had in common is the pattern; what only one had was chance.
        signature:
          known === undefined ? seen.signature : seen.signature.filter((word) => known.signature.includes(word)),
        learnedAt: new Date().toISOString(),
      };
      patterns = [pattern, ...patterns.filter((one) => one !== known)].slice(0, MOST_PATTERNS);
      write();
    },
  };
};

export type Patterns = ReturnType<typeof openPatterns>;
