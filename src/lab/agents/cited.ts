import type { EvidenceData } from '../../protocol/evidence.ts';
import type { EvidenceType, Severity } from '../../protocol/values.ts';

/** A piece of evidence with the words in it that a claim rests on, exactly as the tool gave them. */
export type Cited = { evidenceId: string; quote: string };

/** Publishes the evidence the first time that a claim rests on it, and cites it from then on. */
export type Cite = () => Cited;

export type NewEvidence = {
  type: EvidenceType;
  source: string;
  summary: string;
  severity?: Severity;
  data?: EvidenceData;
};

export const idsOf = (cited: readonly Cited[]): string[] => [...new Set(cited.map(({ evidenceId }) => evidenceId))];

const MOST_QUOTE = 240;
/** Around the quote; the whole is in the tool's result. */
const MOST_SNIPPET = 1_600;

/** The first line of the output that has the words, or the first there is. */
export const quoteFrom = (output: string, about: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((one) => one.includes(about)) ?? lines[0] ?? '';
  if (line.length <= MOST_QUOTE) return line;
  const at = Math.max(0, line.indexOf(about) - 40);
  return line.slice(at, at + MOST_QUOTE);
};

/** The part of the output around the quote. */
export const snippetAround = (output: string, quote: string): string => {
  if (output.length <= MOST_SNIPPET) return output;
  const at = Math.max(0, output.indexOf(quote));
  const from = Math.max(0, Math.min(at - MOST_SNIPPET / 4, output.length - MOST_SNIPPET));
  return output.slice(from, Math.max(from + MOST_SNIPPET, at + quote.length));
};
