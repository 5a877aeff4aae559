import { maskVariables } from './mask.ts';

const ANY = '<*>';

/** One kind of line: its words, with `<*>` where they differ from line to line. `id` stays as the pattern widens. */
export type Template = { readonly id: number; tokens: string[]; count: number };

export const patternOf = ({ tokens }: Template): string => tokens.join(' ');

export type MinerOptions = {
  /** The share of words that a line must have in common with a template. */
  similarity?: number;
  /** Past this many, the least recently seen goes: a stream of nonsense must not fill the memory. */
  maxTemplates?: number;
};

/** Longer lines differ by their beginning or not at all. */
const MOST_TOKENS = 60;
const MOST_CHARACTERS = 2_000;

const tokenize = (text: string): string[] => {
  const tokens = maskVariables(text.slice(0, MOST_CHARACTERS)).trim().split(/\s+/, MOST_TOKENS);
  return tokens.length === 1 && tokens[0] === '' ? [] : tokens;
};

/** The first word that is no variable leads to the few templates worth comparing with. */
const groupOf = (tokens: readonly string[]): string =>
  `${tokens.length} ${tokens.find((token) => !token.includes('<')) ?? ANY}`;

const likeness = (template: readonly string[], tokens: readonly string[]): number => {
  let same = 0;
  for (const [index, token] of tokens.entries()) if (template[index] === token) same += 1;
  return tokens.length === 0 ? 1 : same / tokens.length;
};

/**
 * Finds the templates in a stream of lines, after Drain (He et al., ICWS 2017): lines of one length that begin alike
 * are compared word by word, join the most similar template, and widen it where they differ.
 */
export const createTemplateMiner = ({ similarity = 0.55, maxTemplates = 2_000 }: MinerOptions = {}) => {
  const groups = new Map<string, Template[]>();
  /** In the order last seen. */
  const all = new Map<Template, string>();
  let nextId = 1;

  const forget = (): void => {
    for (const [oldest, group] of all) {
      if (all.size <= maxTemplates) return;
      all.delete(oldest);
      const left = (groups.get(group) ?? []).filter((template) => template !== oldest);
      if (left.length === 0) groups.delete(group);
      else groups.set(group, left);
    }
  };

  return {
    size: (): number => all.size,
    /** The template that the line belongs to, made where there was none; `isNew` where this line made it. */
    add: (text: string): { template: Template; isNew: boolean } => {
      const tokens = tokenize(text);
      const group = groupOf(tokens);
      const known = groups.get(group) ?? [];
      let best: Template | undefined;
      let bestLikeness = similarity;
      for (const template of known) {
        const found = likeness(template.tokens, tokens);
        if (found >= bestLikeness) {
          best = template;
          bestLikeness = found;
        }
      }
      if (best === undefined) {
        const template = { id: nextId, tokens, count: 1 };
        nextId += 1;
        groups.set(group, [...known, template]);
        all.set(template, group);
        forget();
        return { template, isNew: true };
      }
      best.count += 1;
      for (const [index, token] of tokens.entries()) if (best.tokens[index] !== token) best.tokens[index] = ANY;
      all.delete(best);
      all.set(best, group);
      return { template: best, isNew: false };
    },
  };
};
