/** `2026-03-03 14:27:08 UTC` */
export const utc = (at: number): string =>
  Number.isFinite(at)
    ? new Date(at)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC')
    : 'unknown';

/** `41 s`, `3 min 42 s`, `2 h 7 min` */
export const lasted = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** One line of plain text: what agents wrote must not become headings, links or tables of the document. */
export const inline = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#]/g, '\\$&')
    .trim();

/** The same as a sentence, with its full stop. */
export const sentence = (text: string): string => {
  const line = inline(text);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
};

/** A fence longer than any run of backticks inside. */
export const fenced = (text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
};

/** A heading and its lines; nothing where there are none. */
export const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
