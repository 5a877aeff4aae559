import { formatClock, type Zone } from '../ui/format-time.ts';

export type Metric = {
  name: string;
  unit: string;
  points: readonly (readonly [number, number])[];
  baseline?: number | undefined;
  threshold?: number | undefined;
  marks?: readonly { at: number; label: string }[] | undefined;
};

const SCALES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `2.3`, `0.08`, `1.8 M` */
export const formatValue = (value: number): string => {
  const size = Math.abs(value);
  const [scale, letter] = SCALES.find(([from]) => size >= from) ?? [1, ''];
  const scaled = value / scale;
  const digits = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : Math.abs(scaled) >= 0.1 ? 2 : 3;
  return `${Number(scaled.toFixed(digits))}${letter === '' ? '' : ` ${letter}`}`;
};

const withUnit = (value: number, unit: string): string => `${formatValue(value)}${unit === '' ? '' : ` ${unit}`}`;

/** The chart in words, for who does not see it. */
export const summarizeMetric = (metric: Metric, zone: Zone): string => {
  const { name, unit, points, baseline, threshold, marks = [] } = metric;
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return `${name}: no points`;
  const values = points.map(([, value]) => value);
  const lowest = values.reduce((least, value) => Math.min(least, value));
  const highest = values.reduce((most, value) => Math.max(most, value));
  return [
    `${name} from ${formatClock(first[0], zone)} to ${formatClock(last[0], zone)}`,
    `lowest ${withUnit(lowest, unit)}, highest ${withUnit(highest, unit)}, last ${withUnit(last[1], unit)}`,
    ...(baseline === undefined ? [] : [`usually ${withUnit(baseline, unit)}`]),
    ...(threshold === undefined ? [] : [`threshold ${withUnit(threshold, unit)}`]),
    ...marks.map(({ at, label }) => `${label} at ${formatClock(at, zone)}`),
  ].join('; ');
};
