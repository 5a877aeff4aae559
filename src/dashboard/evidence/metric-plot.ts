import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Zone } from '../ui/format-time.ts';
import { formatValue, type Metric } from './metric-summary.ts';

type Palette = {
  line: string;
  fill: string;
  grid: string;
  text: string;
  bad: string;
  warn: string;
  muted: string;
};

const FONT = '10.5px "JetBrains Mono Variable", ui-monospace, monospace';

const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    line: token('--accent'),
    fill: `color-mix(in srgb, ${token('--accent')} 14%, transparent)`,
    grid: token('--line'),
    text: token('--faint'),
    bad: token('--bad'),
    warn: token('--warn'),
    muted: token('--control'),
  };
};

const toPlotData = (metric: Metric): uPlot.AlignedData => [
  metric.points.map(([at]) => at / 1_000),
  metric.points.map(([, value]) => value),
];

/** Room for the line, its threshold and what is usual, from zero where that is near. */
const rangeOf =
  ({ threshold, baseline }: Metric): uPlot.Range.Function =>
  (_plot, least, most) => {
    const values = [least, most, threshold, baseline].filter((value): value is number => Number.isFinite(value));
    const low = Math.min(...values);
    const high = Math.max(...values);
    const room = (high - low || Math.abs(high) || 1) * 0.12;
    return [low >= 0 && low < (high - low) * 2 ? 0 : low - room, high + room];
  };

const drawLevel = (plot: uPlot, value: number, colour: string): void => {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
  ctx.strokeStyle = colour;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
};

const drawMark = (plot: uPlot, at: number, label: string, colour: string): void => {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(at / 1_000, 'x', true)) + 0.5;
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  const right = x > bbox.left + bbox.width * 0.6;
  ctx.fillStyle = colour;
  ctx.textAlign = right ? 'right' : 'left';
  ctx.textBaseline = 'top';
  ctx.fillText(label, x + (right ? -5 : 5) * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
};

const drawNotes = (plot: uPlot, metric: Metric, palette: Palette): void => {
  const { ctx } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.font = FONT.replace('10.5px', `${10.5 * devicePixelRatio}px`);
  if (metric.baseline !== undefined) drawLevel(plot, metric.baseline, palette.muted);
  if (metric.threshold !== undefined) drawLevel(plot, metric.threshold, palette.bad);
  for (const { at, label } of metric.marks ?? []) drawMark(plot, at, label, palette.warn);
  ctx.restore();
};

type Drawing = {
  metric: Metric;
  zone: Zone;
  height: number;
  /** The point under the cursor; null when it left. */
  onPoint: (index: number | null) => void;
};

type PlotOptions = Drawing & { palette: Palette; width: number };

const plotOptions = ({ metric, palette, zone, width, height, onPoint }: PlotOptions): uPlot.Options => ({
  width,
  height,
  padding: [8, 8, 0, 0],
  legend: { show: false },
  cursor: { y: false, drag: { x: false, y: false }, points: { size: 6, fill: palette.line } },
  ...(zone === 'utc' && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC') }),
  scales: { y: { range: rangeOf(metric) } },
  axes: [
    {
      font: FONT,
      stroke: palette.text,
      size: 24,
      gap: 4,
      space: 60,
      grid: { show: false },
      ticks: { show: false },
      values: [
        [86_400, '{D} {MMM}', null, null, null, null, null, null, 1],
        [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
        [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
      ],
    },
    {
      font: FONT,
      stroke: palette.text,
      size: 44,
      gap: 4,
      space: 28,
      grid: { stroke: palette.grid, width: 1 },
      ticks: { show: false },
      values: (_plot, splits) => splits.map(formatValue),
    },
  ],
  series: [{}, { stroke: palette.line, width: 1.5, fill: palette.fill, points: { show: metric.points.length < 2 } }],
  hooks: {
    draw: [(plot) => drawNotes(plot, metric, palette)],
    setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
  },
});

/** Draws the metric into the element, as wide as it is at any time; the returned function ends that. */
export const drawMetric = (element: HTMLElement, drawing: Drawing): (() => void) => {
  const { metric, height } = drawing;
  const options = plotOptions({ ...drawing, palette: readPalette(), width: Math.max(1, element.clientWidth) });
  const plot = new uPlot(options, toPlotData(metric), element);
  const observer = new ResizeObserver(() => {
    if (element.clientWidth > 0 && element.clientWidth !== plot.width)
      plot.setSize({ width: element.clientWidth, height });
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
    plot.destroy();
  };
};
