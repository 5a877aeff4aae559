export type Span = {
  name: string;
  startMs: number;
  durationMs: number;
  parent?: string | undefined;
  error?: boolean | undefined;
};

export type SpanBar = Span & { key: number; depth: number; left: number; width: number };

const MAX_DEPTH = 12;

/** Spans in the order of a waterfall: children below their parent, by start; `left` and `width` are shares. */
export const layoutTrace = (spans: readonly Span[]): { bars: readonly SpanBar[]; totalMs: number } => {
  const start = spans.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
  const end = spans.reduce((most, { startMs, durationMs }) => Math.max(most, startMs + durationMs), 0);
  const totalMs = spans.length === 0 ? 0 : Math.max(0, end - start);
  const names = new Set(spans.map(({ name }) => name));
  const children = new Map<string | null, number[]>();
  spans.forEach(({ name, parent }, index) => {
    const above = parent !== undefined && parent !== name && names.has(parent) ? parent : null;
    children.set(above, [...(children.get(above) ?? []), index]);
  });
  const bars: SpanBar[] = [];
  const drawn = new Set<number>();
  const draw = (indexes: readonly number[], depth: number): void => {
    const byStart = [...indexes].sort((a, b) => (spans[a]?.startMs ?? 0) - (spans[b]?.startMs ?? 0));
    for (const index of byStart) {
      const span = spans[index];
      if (span === undefined || drawn.has(index)) continue;
      drawn.add(index);
      const left = totalMs === 0 ? 0 : (span.startMs - start) / totalMs;
      const width = totalMs === 0 ? 1 : span.durationMs / totalMs;
      bars.push({ ...span, key: index, depth: Math.min(depth, MAX_DEPTH), left, width });
      draw(children.get(span.name) ?? [], depth + 1);
    }
  };
  draw(children.get(null) ?? [], 0);
  // Spans that name each other as parents hang under nothing: they come last, at the margin.
  draw(
    spans.map((_, index) => index),
    0,
  );
  return { bars, totalMs };
};
