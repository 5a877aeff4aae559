import { clsx } from 'clsx';
import { toOneLine } from '../lib/plain-text.ts';
import { formatDuration, formatElapsed } from '../ui/format-time.ts';
import { Time } from '../ui/time.tsx';
import type { GanttBar, GanttLane, Gantt as GanttLayout } from './gantt-layout.ts';
import { toShown, type Zoom } from './gantt-zoom.ts';

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

const hatched =
  'bg-[repeating-linear-gradient(135deg,var(--line-strong)_0_1.5px,transparent_1.5px_5px)] rounded-sm forced-color-adjust-none opacity-80';

/** Bars thinner than this share of what is shown, side by side, are drawn as one. */
const THIN = 1 / 800;

type Stretch = { left: number; width: number };

const place = (zoom: Zoom, { left, width }: Stretch): Stretch | undefined => {
  const from = toShown(zoom, left);
  const to = toShown(zoom, left + width);
  if (to < 0 || from > 1) return undefined;
  const start = Math.max(0, from);
  return { left: start, width: Math.min(1, to) - start };
};

type Drawn = Stretch & Omit<GanttBar, 'left' | 'width'>;

const drawnBars = (bars: readonly GanttBar[], zoom: Zoom): Drawn[] => {
  const drawn: Drawn[] = [];
  for (const bar of bars) {
    const where = place(zoom, bar);
    if (where === undefined) continue;
    const last = drawn.at(-1);
    const joins = last !== undefined && where.width < THIN && where.left - last.left - last.width < THIN;
    if (last !== undefined && joins && last.failed === bar.failed) {
      last.width = where.left + where.width - last.left;
      last.to = bar.to;
    } else drawn.push({ ...bar, ...where });
  }
  return drawn;
};

export const Lane = ({ lane, zoom, dimmed }: { lane: GanttLane; zoom: Zoom; dimmed: boolean }) => (
  <div className={clsx('relative h-4', dimmed && 'opacity-35')}>
    {lane.waits.map((wait) => {
      const where = place(zoom, wait);
      return where === undefined ? null : (
        <span
          key={wait.left}
          className={clsx('absolute inset-y-1', hatched)}
          style={{ left: percent(where.left), width: percent(where.width) }}
        />
      );
    })}
    {drawnBars(lane.bars, zoom).map(({ from, to, left, width, failed }) => (
      <span
        key={from}
        title={`${toOneLine(lane.name, 60)}: ${to === null ? 'running' : formatDuration(to - from)}${failed ? ', failed' : ''}`}
        className={clsx(
          'absolute inset-y-1 min-w-0.75 rounded-sm forced-colors:bg-[CanvasText]',
          failed ? 'bg-bad' : 'bg-accent',
          to !== null && 'opacity-80',
        )}
        style={{ left: percent(left), width: percent(width) }}
      />
    ))}
  </div>
);

export const Axis = ({ gantt, zoom }: { gantt: GanttLayout; zoom: Zoom }) => (
  <div className="@container tabular relative h-4 text-2xs text-faint">
    {gantt.ticksIn(zoom.from, zoom.to).map(({ left, afterMs }) => {
      const at = toShown(zoom, left);
      return (
        <span
          key={afterMs}
          className={clsx(
            'absolute whitespace-nowrap',
            // In a narrow chart it would touch the time at the start.
            at > 0.02 && at < 0.3 && '@max-xs:hidden',
            at > 0.88 ? '-translate-x-full' : at > 0.02 && '-translate-x-1/2',
          )}
          style={{ left: percent(at) }}
        >
          {afterMs === 0 ? <Time at={gantt.from} /> : `+${formatElapsed(afterMs).replace(/ 00 [ms]$/, '')}`}
        </span>
      );
    })}
  </div>
);

export const Idles = ({ gantt, zoom }: { gantt: GanttLayout; zoom: Zoom }) =>
  gantt.idles.map((idle) => {
    const where = place(zoom, idle);
    if (where === undefined) return null;
    return (
      <span
        key={idle.left}
        title={`${formatDuration(idle.ms)} idle, drawn short`}
        className="absolute inset-y-0 flex items-center justify-center overflow-hidden border-line-strong border-x border-dashed"
        style={{ left: percent(where.left), width: percent(where.width) }}
      >
        <span className="tabular bg-canvas px-0.5 text-2xs text-faint">
          {where.width > 0.12 ? `${formatDuration(idle.ms)} idle` : '⋯'}
        </span>
      </span>
    );
  });
