/** Deeper than anything an agent has to say, and far from where reading or writing JSON would fail. */
export const MAX_NESTING = 100;

/** Whether arrays and objects nest at most `levels` deep. */
export const nestsWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1)));
