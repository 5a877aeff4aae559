import { clsx } from 'clsx';
import { useMemo } from 'react';
import { boundText, toOneLine, toPlainText } from '../lib/plain-text.ts';
import { formatNumber } from '../ui/format-number.ts';
import { Marked } from './marked.tsx';
import { type DiffLine, parseDiff } from './parse-diff.ts';
import { ScrollRegion } from './scroll-region.tsx';

const DIFF_CHARS = 40_000;

const looks: Record<DiffLine['kind'], { sign: string; label: string | null; line: string }> = {
  added: { sign: '+', label: 'added', line: 'bg-good-soft text-good' },
  removed: { sign: '−', label: 'removed', line: 'bg-bad-soft text-bad' },
  context: { sign: ' ', label: null, line: 'text-muted' },
  hunk: { sign: ' ', label: null, line: 'text-faint' },
};

export const DiffView = ({ path, unified }: { path: string; unified: string }) => {
  const bound = boundText(unified, DIFF_CHARS);
  const lines = useMemo(() => parseDiff(bound.text), [bound.text]);
  return (
    <div className="overflow-hidden rounded-md border border-line bg-sunken">
      <p className="wrap-anywhere border-line border-b px-2.5 py-1 font-mono text-2xs text-muted">
        {toOneLine(toPlainText(path), 200)}
      </p>
      <ScrollRegion label={`Changes to ${toOneLine(path, 80)}`} className="max-h-72">
        <ol className="w-max min-w-full py-1 font-mono text-2xs leading-4.5">
          {lines.map((line, index) => {
            const look = looks[line.kind];
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines never move, and nothing else names one
              <li key={index} className={clsx('grid grid-cols-[2.25rem_1rem_auto] px-1', look.line)}>
                <span className="tabular select-none pr-2 text-right">{line.number}</span>
                <span aria-hidden="true" className="select-none">
                  {look.sign}
                </span>
                <span className="whitespace-pre">
                  {look.label !== null && <span className="sr-only">{look.label}: </span>}
                  <Marked text={line.text} />
                </span>
              </li>
            );
          })}
        </ol>
      </ScrollRegion>
      {bound.left > 0 && (
        <p className="border-line border-t px-2.5 py-1 text-faint text-xs">
          {formatNumber(bound.left)} more characters; open raw to see them.
        </p>
      )}
    </div>
  );
};
