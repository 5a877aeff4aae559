import { markQuotes, useQuotes } from './quotes.ts';

/** Text of evidence, with the words marked that a claim quotes. */
export const Marked = ({ text }: { text: string }) => {
  const quotes = useQuotes();
  if (quotes.length === 0) return text;
  return markQuotes(text, quotes).map(({ text: part, quoted }, index) =>
    quoted ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts never move, and nothing else names one
      <mark key={index} className="rounded-xs bg-warn-soft px-0.5 text-warn outline outline-warn/40">
        {part}
      </mark>
    ) : (
      part
    ),
  );
};
