import { boundText } from '../lib/plain-text.ts';
import { PlainCode } from '../lib/plain-text-block.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Marked } from './marked.tsx';
import { useQuotes } from './quotes.ts';
import { ScrollRegion } from './scroll-region.tsx';

const EXCERPT_CHARS = 20_000;

/** What a machine wrote, with what a claim quotes of it marked. */
export const Excerpt = ({ label, text }: { label: string; text: string }) => {
  const quotes = useQuotes();
  if (quotes.length === 0) return <PlainCode label={label} text={text} />;
  const bound = boundText(text, EXCERPT_CHARS);
  return (
    <ScrollRegion label={label} className="max-h-64 rounded-md border border-line bg-sunken px-2.5 py-1.5">
      <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-2xs text-ink leading-4.5">
        <Marked text={bound.text} />
        {bound.left > 0 && <span className="text-faint"> … {formatNumber(bound.left)} more in raw</span>}
      </pre>
    </ScrollRegion>
  );
};
