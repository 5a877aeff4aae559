export type WordPart = { kind: 'same' | 'added' | 'removed'; text: string };

/** Beyond this the comparison would cost more than it tells; then the whole text counts as replaced. */
const MAX_WORDS = 600;

const wordsOf = (text: string): string[] => text.match(/\s+|[\w.]+|[^\w\s]/gu) ?? [];

const commonLengths = (before: readonly string[], after: readonly string[]): Uint16Array[] => {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      const below = table[i + 1];
      if (row === undefined || below === undefined) continue;
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
};

/** What became of a text, word by word. */
export const diffWords = (before: string, after: string): WordPart[] => {
  if (before === after) return after === '' ? [] : [{ kind: 'same', text: after }];
  const old = wordsOf(before);
  const young = wordsOf(after);
  if (old.length > MAX_WORDS || young.length > MAX_WORDS)
    return [
      { kind: 'removed' as const, text: before },
      { kind: 'added' as const, text: after },
    ].filter(({ text }) => text !== '');
  const table = commonLengths(old, young);
  const parts: WordPart[] = [];
  const push = (kind: WordPart['kind'], text: string): void => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  let i = 0;
  let j = 0;
  while (i < old.length || j < young.length) {
    const [a, b] = [old[i], young[j]];
    if (a !== undefined && a === b) {
      push('same', a);
      i += 1;
      j += 1;
    } else if (a !== undefined && (b === undefined || (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      push('removed', a);
      i += 1;
    } else if (b !== undefined) {
      push('added', b);
      j += 1;
    }
  }
  return parts;
};
