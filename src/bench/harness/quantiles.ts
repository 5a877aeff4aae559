/** The value below which this part of them lies; NaN of none. */
export const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};

export const longest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
