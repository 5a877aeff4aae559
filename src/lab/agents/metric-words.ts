import { count, duration, seconds } from './words.ts';

const bytes = (value: number): string => `${(value / 1024 / 1024).toFixed(1)} MiB`;

/** The unit of a metric, from its name as Prometheus' naming asks for it, and the operation. */
export const unitOf = (metric: string, operation: string): string => {
  if (operation === 'rate') return /_seconds_total$/.test(metric) ? 's/s' : '1/s';
  if (/_seconds(_total)?$/.test(metric)) return 's';
  return /_bytes$/.test(metric) ? 'B' : '';
};

/** A value with its unit, as people write it. */
export const valueWords = (value: number, unit: string): string => {
  switch (unit) {
    case 's':
      return Math.abs(value) >= 120 ? `${count(value)} s` : seconds(value);
    case 'ms':
      return duration(value);
    case 'B':
    case 'bytes':
      return bytes(value);
    case '1/s':
      return `${value >= 10 ? value.toFixed(0) : value.toFixed(2)}/s`;
    case 's/s':
      return `${(value * 100).toFixed(1)} %`;
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    default:
      return Number.isInteger(value) ? String(value) : value.toFixed(2);
  }
};

/** `name{label="value"}`. */
export const seriesName = (metric: string, labels: Record<string, string>): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`;
};
