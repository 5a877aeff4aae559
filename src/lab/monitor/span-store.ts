import type { Span } from '../runtime/trace.ts';

const KEPT_SPANS = 15_000;

export type TraceSearch = {
  from: number;
  to: number;
  service?: string | undefined;
  name?: string | undefined;
  minMs: number;
  onlyErrors: boolean;
  limit: number;
};

/** The newest spans of all services, oldest forgotten first. */
export const createSpanStore = () => {
  let spans: Span[] = [];

  const byTrace = (): Map<string, Span[]> => {
    const traces = new Map<string, Span[]>();
    for (const span of spans) {
      const known = traces.get(span.traceId);
      if (known === undefined) traces.set(span.traceId, [span]);
      else known.push(span);
    }
    return traces;
  };
  const inOrder = (some: readonly Span[]): Span[] => [...some].sort((a, b) => a.startedAt - b.startedAt);

  return {
    add: (more: readonly Span[]): void => {
      spans.push(...more);
      // Now and then, not each time: moving fifteen thousand is not free.
      if (spans.length > KEPT_SPANS * 1.2) spans = spans.slice(-KEPT_SPANS);
    },
    clear: (): void => {
      spans = [];
    },
    search: ({ from, to, service, name, minMs, onlyErrors, limit }: TraceSearch) =>
      [...byTrace()]
        .flatMap(([traceId, some]) => {
          const [root] = inOrder(some);
          if (root === undefined || root.startedAt < from || root.startedAt > to || root.durationMs < minMs) return [];
          const error = some.some((span) => span.error !== undefined);
          if (onlyErrors && !error) return [];
          const fits = some.some(
            (span) => (service === undefined || span.service === service) && (name === undefined || span.name === name),
          );
          if (!fits) return [];
          return [
            {
              traceId,
              service: root.service,
              name: root.name,
              startedAt: new Date(root.startedAt).toISOString(),
              durationMs: root.durationMs,
              error,
              spans: some.length,
            },
          ];
        })
        .sort((a, b) => b.durationMs - a.durationMs)
        .slice(0, limit),
    trace: (traceId: string) => {
      const found = inOrder(spans.filter((span) => span.traceId === traceId));
      const begin = found[0]?.startedAt ?? 0;
      return found.map(({ traceId: _, startedAt, ...span }) => ({
        ...span,
        startedAt: new Date(startedAt).toISOString(),
        startMs: Number((startedAt - begin).toFixed(2)),
      }));
    },
  };
};
