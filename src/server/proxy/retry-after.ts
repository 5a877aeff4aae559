/** `Retry-After` as milliseconds from now (RFC 9110 §10.2.3: seconds or a date); null for none that can be read. */
export const readRetryAfter = (value: string | undefined, now: number): number | null => {
  if (value === undefined) return null;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};
