/** "4 ms", "0.3 ms", "1.24 s". */
export const duration = (ms: number): string => {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${Number(ms.toFixed(ms >= 1 ? 1 : 2))} ms`;
};

export const seconds = (value: number): string => duration(value * 1000);

/** "800,213". */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** "14:26:51 UTC". */
export const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;

/** "4 s", "2 min". */
export const span = (ms: number): string =>
  ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;

/** How long before the onset something was: "4 s before the onset". */
export const lead = (ms: number): string =>
  ms < 1_000 ? 'less than a second before the onset' : `${span(ms)} before the onset`;

/** Long output is cut where it stops telling more, and says so. */
export const trim = (text: string, most = 1200): string =>
  text.length <= most ? text : `${text.slice(0, most)} … (${count(text.length - most)} characters more)`;
