import type { Investigation } from '../../incident/state.ts';
import type { Citation } from '../../protocol/investigation.ts';

/** By evidence, the words of it that claims quote. */
export const quotesByEvidence = ({
  rootCause,
  hypotheses,
}: Pick<Investigation, 'rootCause' | 'hypotheses'>): ReadonlyMap<string, readonly string[]> => {
  const citations: readonly Citation[] = [
    ...(rootCause?.citations ?? []),
    ...hypotheses.flatMap((hypothesis) => hypothesis.citations),
  ];
  const quotes = new Map<string, string[]>();
  for (const { evidenceId, quote } of citations) {
    const known = quotes.get(evidenceId) ?? [];
    if (quote.trim() !== '' && !known.includes(quote)) quotes.set(evidenceId, [...known, quote]);
  }
  return quotes;
};
