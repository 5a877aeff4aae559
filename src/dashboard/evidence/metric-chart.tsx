import { useEffect, useRef, useState } from 'react';
import { toOneLine } from '../lib/plain-text.ts';
import { formatClock } from '../ui/format-time.ts';
import { useZone } from '../ui/time-zone.ts';
import { formatValue, type Metric, summarizeMetric } from './metric-summary.ts';

const HEIGHT_PX = 132;

/** Changes when the page's colours do: a canvas has to be drawn anew for that. */
const useTheme = (): string => {
  const [theme, setTheme] = useState(() => document.documentElement.dataset.theme ?? '');
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(document.documentElement.dataset.theme ?? ''));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return theme;
};

const Key = ({ className, children }: { className: string; children: string }) => (
  <span className="flex items-center gap-1">
    <span aria-hidden="true" className={`w-3 border-t border-dashed ${className}`} />
    {children}
  </span>
);

/** A line over time; what it says is also its name, for who does not see it. */
export const MetricChart = ({ metric, height = HEIGHT_PX }: { metric: Metric; height?: number | undefined }) => {
  const frame = useRef<HTMLDivElement>(null);
  const zone = useZone();
  const theme = useTheme();
  const [point, setPoint] = useState<number | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read anew from the page when the theme changes
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let erase: (() => void) | undefined;
    let isOver = false;
    // Its frame has its size and its name without it, so that the page need not wait for what draws.
    import('./metric-plot.ts').then(
      ({ drawMetric }) => {
        if (!isOver) erase = drawMetric(element, { metric, zone, height, onPoint: setPoint });
      },
      () => undefined,
    );
    return () => {
      isOver = true;
      erase?.();
    };
  }, [metric, zone, theme, height]);

  const { name, unit, threshold, baseline } = metric;
  const shown = point === null ? metric.points.at(-1) : metric.points[point];
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="tabular flex flex-wrap items-baseline justify-between gap-x-3 text-2xs text-muted">
        <span className="min-w-0 truncate">
          {toOneLine(name, 80)}
          {unit !== '' && `, ${toOneLine(unit, 20)}`}
        </span>
        {shown !== undefined && (
          <span className="whitespace-nowrap font-mono">
            {formatClock(shown[0], zone)} <b className="font-semibold text-ink">{formatValue(shown[1])}</b>
          </span>
        )}
      </div>
      {metric.points.length === 0 ? (
        <p className="py-4 text-center text-faint text-xs">No points were sent.</p>
      ) : (
        <div
          ref={frame}
          role="img"
          aria-label={summarizeMetric(metric, zone)}
          className="min-w-0 overflow-hidden"
          style={{ height }}
        />
      )}
      {(threshold !== undefined || baseline !== undefined) && (
        <div className="tabular flex flex-wrap gap-x-3 text-2xs text-faint">
          {threshold !== undefined && <Key className="border-bad">{`threshold ${formatValue(threshold)}`}</Key>}
          {baseline !== undefined && <Key className="border-control">{`usual ${formatValue(baseline)}`}</Key>}
        </div>
      )}
    </div>
  );
};
