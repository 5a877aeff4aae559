import { expect } from 'vitest';

/** What `/metrics` shows now: the value of each series by its name with its labels. */
export const readMetrics = async (address: string): Promise<ReadonlyMap<string, number>> => {
  const response = await fetch(`${address}/metrics`);
  const text = await response.text();
  return new Map(
    text.split('\n').flatMap((line) => {
      const at = line.lastIndexOf(' ');
      return line === '' || line.startsWith('#') ? [] : [[line.slice(0, at), Number(line.slice(at + 1))] as const];
    }),
  );
};

/** Waits until a series has a value that fits; one that is not there yet counts as 0. */
export const untilMetric = async (address: string, series: string, fits: (value: number) => boolean): Promise<void> => {
  await expect
    .poll(async () => (await readMetrics(address)).get(series) ?? 0, { timeout: 10_000, message: series })
    .toSatisfy(fits);
};
