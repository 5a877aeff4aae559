/** One span of a trace. Times in milliseconds; `startMs` counts from the beginning of the trace or the epoch, alike. */
export type Span = {
  traceId: string;
  spanId: string;
  parentId?: string | undefined;
  service: string;
  name: string;
  startMs: number;
  durationMs: number;
  error?: boolean | undefined;
};

/** A span with its children in order of time, and the time that it spent in none of them. */
export type SpanNode = { span: Span; children: SpanNode[]; selfMs: number };

const endOf = ({ startMs, durationMs }: Span): number => startMs + durationMs;

/** How much of a span none of its children covers; children that overlap count once. */
const selfTime = (span: Span, children: readonly Span[]): number => {
  let covered = 0;
  let until = span.startMs;
  for (const child of [...children].sort((a, b) => a.startMs - b.startMs)) {
    const from = Math.max(until, child.startMs);
    const to = Math.min(endOf(child), endOf(span));
    if (to > from) {
      covered += to - from;
      until = to;
    }
  }
  return Math.max(0, span.durationMs - covered);
};

/** The traces of these spans as trees. A span whose parent is not among them is a root. */
export const buildTraces = (spans: readonly Span[]): SpanNode[] => {
  const byParent = new Map<string, Span[]>();
  const known = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  const roots: Span[] = [];
  for (const span of spans) {
    const key = `${span.traceId} ${span.parentId ?? ''}`;
    if (span.parentId === undefined || !known.has(key) || span.parentId === span.spanId) roots.push(span);
    else byParent.set(key, [...(byParent.get(key) ?? []), span]);
  }
  const grow = (span: Span): SpanNode => {
    const children = byParent.get(`${span.traceId} ${span.spanId}`) ?? [];
    return {
      span,
      children: [...children].sort((a, b) => a.startMs - b.startMs).map(grow),
      selfMs: selfTime(span, children),
    };
  };
  return roots.map(grow);
};

export const flatten = (node: SpanNode): SpanNode[] => [node, ...node.children.flatMap(flatten)];

/** What the end of a trace waited for: backwards from it, always the child that ended last before that moment. */
export const criticalPath = (root: SpanNode): SpanNode[] => {
  const path: SpanNode[] = [root];
  let until = endOf(root.span);
  const last: SpanNode[] = [];
  for (const child of [...root.children].sort((a, b) => endOf(b.span) - endOf(a.span))) {
    if (endOf(child.span) > until + 1e-6) continue;
    last.unshift(child);
    until = child.span.startMs;
  }
  for (const child of last) path.push(...criticalPath(child));
  return path;
};

export type Share = { service: string; name: string; selfMs: number; share: number; spans: number };

/** Where these traces spent their time: the self times on their critical paths, by service and name. */
export const timeSpent = (roots: readonly SpanNode[]): Share[] => {
  const shares = new Map<string, Share>();
  let total = 0;
  for (const { span, selfMs } of roots.flatMap(criticalPath)) {
    const key = `${span.service} ${span.name}`;
    const share = shares.get(key) ?? { service: span.service, name: span.name, selfMs: 0, share: 0, spans: 0 };
    shares.set(key, share);
    share.selfMs += selfMs;
    share.spans += 1;
    total += selfMs;
  }
  for (const share of shares.values()) share.share = total === 0 ? 0 : share.selfMs / total;
  return [...shares.values()].sort((a, b) => b.selfMs - a.selfMs);
};

/** The deepest spans that failed: where the errors of these traces began. */
export const errorOrigins = (roots: readonly SpanNode[]): SpanNode[] => {
  const origins = (node: SpanNode): SpanNode[] => {
    const below = node.children.flatMap(origins);
    return below.length === 0 && node.span.error === true ? [node] : below;
  };
  return roots.flatMap(origins);
};

const groupByCall = (children: readonly SpanNode[]): Map<string, SpanNode[]> => {
  const groups = new Map<string, SpanNode[]>();
  for (const child of children) {
    const key = `${child.span.service} ${child.span.name}`;
    groups.set(key, [...(groups.get(key) ?? []), child]);
  }
  return groups;
};

export type Repeated = { parent: Span; service: string; name: string; times: number; totalMs: number };

/** The least number of like calls under one parent that are called N+1. */
const REPEATED = 8;

/** One call made again and again, each after the one before, under one parent: what a join would do at once. */
export const repeatedCalls = (roots: readonly SpanNode[]): Repeated[] =>
  roots
    .flatMap(flatten)
    .flatMap(({ span: parent, children }) => {
      return [...groupByCall(children).values()].flatMap((group): Repeated[] => {
        const [first] = group;
        const inTurn = group.every(
          ({ span }, index) => index === 0 || span.startMs >= endOf((group[index - 1] ?? { span }).span) - 1,
        );
        if (first === undefined || group.length < REPEATED || !inTurn) return [];
        const totalMs = group.reduce((sum, { span }) => sum + span.durationMs, 0);
        return [{ parent, service: first.span.service, name: first.span.name, times: group.length, totalMs }];
      });
    })
    .sort((a, b) => b.totalMs - a.totalMs);
