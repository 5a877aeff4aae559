import { createContext, useContext } from 'react';

/** The words of the piece of evidence that is drawn on which claims rest. */
export const QuotesContext = createContext<readonly string[]>([]);

export const useQuotes = (): readonly string[] => useContext(QuotesContext);

export type Part = { text: string; quoted: boolean };

type Place = { from: number; to: number };

/** A quote of several lines is looked for line by line where the text is one line of the evidence. */
const wanted = (quotes: readonly string[]): string[] =>
  quotes.flatMap((quote) => [quote, ...quote.split('\n')]).flatMap((quote) => quote.trim() || []);

const placesOf = (text: string, quotes: readonly string[]): Place[] => {
  const places: Place[] = [];
  for (const quote of wanted(quotes)) {
    for (let from = text.indexOf(quote); from >= 0; from = text.indexOf(quote, from + quote.length))
      places.push({ from, to: from + quote.length });
  }
  return places.sort((a, b) => a.from - b.from || b.to - a.to);
};

/** The text as parts, those that are quoted told apart. */
export const markQuotes = (text: string, quotes: readonly string[]): Part[] => {
  const parts: Part[] = [];
  let done = 0;
  for (const { from, to } of placesOf(text, quotes)) {
    if (to <= done) continue;
    const start = Math.max(from, done);
    if (start > done) parts.push({ text: text.slice(done, start), quoted: false });
    parts.push({ text: text.slice(start, to), quoted: true });
    done = to;
  }
  if (done < text.length) parts.push({ text: text.slice(done), quoted: false });
  return parts;
};

/** The quotes that are nowhere in these texts: a claim that quotes what its evidence does not say is told so. */
export const missingQuotes = (texts: readonly string[], quotes: readonly string[]): string[] => {
  const whole = texts.join('\n').replace(/\s+/g, ' ');
  return quotes.filter((quote) => !whole.includes(quote.replace(/\s+/g, ' ').trim()));
};
