type Labels = Readonly<Record<string, string>>;

/** Seconds; fine where the objective is, so that a percentile read from them means something. */
const BUCKETS = [
  0.001, 0.002, 0.004, 0.006, 0.01, 0.015, 0.025, 0.04, 0.06, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1,
  1.5, 2.5, 5,
] as const;

const text = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replaceAll(/["\\\n]/g, '_')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

type Histogram = { labels: Labels; counts: number[]; sum: number; count: number };

const histogramLines = (name: string, { labels, counts, sum, count }: Histogram): string[] => {
  let below = 0;
  const lines = BUCKETS.map((bound, index) => {
    below += counts[index] ?? 0;
    return `${name}_bucket${text({ ...labels, le: String(bound) })} ${below}`;
  });
  return [
    ...lines,
    `${name}_bucket${text({ ...labels, le: '+Inf' })} ${count}`,
    `${name}_sum${text(labels)} ${sum}`,
    `${name}_count${text(labels)} ${count}`,
  ];
};

type Read = () => readonly (readonly [Labels, number])[];

const linesOf = (name: string, read: Read) => (): string[] =>
  read().map(([labels, value]) => `${name}${text(labels)} ${value}`);

/** Metrics in Prometheus' text format: durations, counters and gauges are all that a service of the shop needs. */
export const createMetrics = () => {
  const families: { name: string; help: string; type: string; lines: () => string[] }[] = [];

  return {
    histogram: (name: string, help: string) => {
      const series = new Map<string, Histogram>();
      families.push({
        name,
        help,
        type: 'histogram',
        lines: () => [...series.values()].flatMap((one) => histogramLines(name, one)),
      });
      return (labels: Labels, seconds: number): void => {
        const key = text(labels);
        const one = series.get(key) ?? { labels, counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
        series.set(key, one);
        const index = BUCKETS.findIndex((bound) => seconds <= bound);
        if (index !== -1) one.counts[index] = (one.counts[index] ?? 0) + 1;
        one.sum += seconds;
        one.count += 1;
      };
    },
    counter: (name: string, help: string) => {
      const series = new Map<string, number>();
      families.push({
        name,
        help,
        type: 'counter',
        lines: () => [...series].map(([key, value]) => `${name}${key} ${value}`),
      });
      return (labels: Labels, by = 1): void => {
        const key = text(labels);
        series.set(key, (series.get(key) ?? 0) + by);
      };
    },
    gauge: (name: string, help: string, read: Read): void => {
      families.push({ name, help, type: 'gauge', lines: linesOf(name, read) });
    },
    /** A counter that something else keeps. */
    counterOf: (name: string, help: string, read: Read): void => {
      families.push({ name, help, type: 'counter', lines: linesOf(name, read) });
    },
    text: (): string =>
      families
        .flatMap(({ name, help, type, lines }) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()])
        .join('\n')
        .concat('\n'),
  };
};

export type Metrics = ReturnType<typeof createMetrics>;
