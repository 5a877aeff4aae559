import { clsx } from 'clsx';
import { CircleX } from 'lucide-react';
import { useMemo } from 'react';
import { toOneLine } from '../lib/plain-text.ts';
import { formatNumber } from '../ui/format-number.ts';
import { formatDuration } from '../ui/format-time.ts';
import { ScrollRegion } from './scroll-region.tsx';
import { layoutTrace, type Span } from './trace-layout.ts';

const SHOWN = 200;

/** A waterfall: each span below its parent, its bar where and as long as it was. */
export const TraceView = ({ spans }: { spans: readonly Span[] }) => {
  const { bars, totalMs } = useMemo(() => layoutTrace(spans), [spans]);
  if (bars.length === 0) return <p className="text-faint text-xs">No spans were sent.</p>;
  return (
    <div className="rounded-md border border-line bg-sunken py-1.5">
      <ScrollRegion label={`Trace of ${formatDuration(totalMs)}`} className="max-h-72">
        <ol className="flex flex-col">
          {bars.slice(0, SHOWN).map((bar) => (
            <li
              key={bar.key}
              className="grid grid-cols-[minmax(0,9.5rem)_minmax(0,1fr)_3.5rem] items-center gap-x-2 px-2.5 py-0.5 text-2xs hover:bg-hover"
            >
              <span
                className={clsx('flex min-w-0 items-center gap-1 font-mono', bar.error ? 'text-bad' : 'text-ink')}
                style={{ paddingLeft: `${bar.depth * 0.5}rem` }}
              >
                {bar.error && <CircleX className="size-3!" aria-label="failed" />}
                <span className="truncate">{toOneLine(bar.name, 80)}</span>
              </span>
              <span className="relative h-2.5">
                <span
                  className={clsx('absolute inset-y-0 min-w-0.5 rounded-sm', bar.error ? 'bg-bad' : 'bg-accent')}
                  style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
                />
              </span>
              <span className="tabular text-right text-muted">{formatDuration(bar.durationMs)}</span>
            </li>
          ))}
        </ol>
      </ScrollRegion>
      {bars.length > SHOWN && (
        <p className="px-2.5 pt-1 text-faint text-xs">{formatNumber(bars.length - SHOWN)} more spans in raw.</p>
      )}
    </div>
  );
};
