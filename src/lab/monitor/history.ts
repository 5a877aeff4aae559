import type { Sample } from './prometheus-text.ts';

export type Series = { name: string; labels: Record<string, string>; values: number[] };

/** What was scraped, a column a series beside one column of times: a quarter of an hour costs a few megabytes. */
export const createHistory = (keep: number) => {
  const times: number[] = [];
  const series = new Map<string, Series>();

  return {
    times: (): readonly number[] => times,
    series: (name: string): Series[] => [...series.values()].filter((one) => one.name === name),
    all: (): Series[] => [...series.values()],
    clear: (): void => {
      times.length = 0;
      series.clear();
    },
    names: (): string[] => [...new Set([...series.values()].map(({ name }) => name))],
    /** Takes in what all services said at one time; a series that said nothing this time has a hole. */
    add: (at: number, samples: readonly Sample[]): void => {
      times.push(at);
      for (const { name, labels, value } of samples) {
        const key = `${name} ${JSON.stringify(labels)}`;
        const one = series.get(key) ?? { name, labels, values: [] };
        series.set(key, one);
        while (one.values.length < times.length - 1) one.values.push(Number.NaN);
        one.values[times.length - 1] = value;
      }
      if (times.length <= keep) return;
      times.shift();
      for (const { values } of series.values()) values.shift();
    },
  };
};

export type History = ReturnType<typeof createHistory>;
