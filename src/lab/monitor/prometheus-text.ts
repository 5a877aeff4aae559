export type Sample = { name: string; labels: Record<string, string>; value: number };

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format; comments and lines that it cannot read are passed over. */
export const parseMetrics = (text: string): Sample[] =>
  text.split('\n').flatMap((line) => {
    const [, name, labelText, valueText] = LINE.exec(line) ?? [];
    if (name === undefined || valueText === undefined) return [];
    const value = valueText === '+Inf' ? Number.POSITIVE_INFINITY : Number(valueText);
    if (Number.isNaN(value)) return [];
    const labels: Record<string, string> = {};
    for (const [, key, content] of labelText?.matchAll(LABEL) ?? []) {
      if (key !== undefined && content !== undefined) labels[key] = content;
    }
    return [{ name, labels, value }];
  });
