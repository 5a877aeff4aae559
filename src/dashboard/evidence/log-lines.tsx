import { clsx } from 'clsx';
import { useMemo, useState } from 'react';
import { boundText } from '../lib/plain-text.ts';
import { formatNumber } from '../ui/format-number.ts';
import { formatClock } from '../ui/format-time.ts';
import { useZone } from '../ui/time-zone.ts';
import { Marked } from './marked.tsx';
import { markQuotes, useQuotes } from './quotes.ts';
import { ScrollRegion } from './scroll-region.tsx';

type LogLine = { timestamp?: string | undefined; level?: string | undefined; text: string };

const PAGE = 100;
const LINE_CHARS = 600;

const toneOf = (level: string): string => {
  if (/^(?:e|f|crit|alert|emerg|panic)/i.test(level)) return 'text-bad';
  if (/^w/i.test(level)) return 'text-warn';
  if (/^(?:d|t|v)/i.test(level)) return 'text-faint';
  return 'text-muted';
};

const Line = ({ line }: { line: LogLine }) => {
  const zone = useZone();
  const { timestamp, level = '', text } = line;
  const bound = boundText(text, LINE_CHARS);
  const at = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  const clock = Number.isNaN(at) ? '' : formatClock(at, zone);
  return (
    <li className="grid grid-cols-[auto_2.75rem_minmax(0,1fr)] gap-x-2 px-2.5 hover:bg-hover">
      <time dateTime={timestamp} title={timestamp} className="tabular text-faint">
        {clock}
      </time>
      <span className={clsx('truncate font-semibold uppercase', toneOf(level))}>{level.slice(0, 5)}</span>
      <span
        className={clsx(
          'wrap-anywhere whitespace-pre-wrap',
          toneOf(level) === 'text-faint' ? 'text-muted' : 'text-ink',
        )}
      >
        <Marked text={bound.text} />
        {bound.left > 0 && <span className="text-faint"> … {formatNumber(bound.left)} more</span>}
      </span>
    </li>
  );
};

export const LogLines = ({ lines }: { lines: readonly LogLine[] }) => {
  const quotes = useQuotes();
  const [opened, setShown] = useState(PAGE);
  // What a claim quotes is shown without being asked for.
  const cited = useMemo(
    () =>
      quotes.length === 0
        ? -1
        : lines.findLastIndex(({ text }) => markQuotes(text, quotes).some(({ quoted }) => quoted)),
    [lines, quotes],
  );
  const shown = Math.max(opened, cited + 1);
  const left = lines.length - shown;
  if (lines.length === 0) return <p className="text-faint text-xs">No lines were sent.</p>;
  return (
    <div className="overflow-hidden rounded-md border border-line bg-sunken">
      <ScrollRegion label="Log lines" className="max-h-64 py-1.5">
        <ol className="font-mono text-2xs leading-4.5">
          {lines.slice(0, shown).map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines never move, and nothing else names one
            <Line key={index} line={line} />
          ))}
        </ol>
      </ScrollRegion>
      {left > 0 && (
        <button
          type="button"
          onClick={() => setShown(shown + 10 * PAGE)}
          className="tabular w-full border-line border-t py-1 text-accent text-xs -outline-offset-2 hover:bg-hover"
        >
          Show {formatNumber(Math.min(left, 10 * PAGE))} of {formatNumber(left)} more lines
        </button>
      )}
    </div>
  );
};
