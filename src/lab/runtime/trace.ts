import { randomBytes } from 'node:crypto';

export type SpanKind = 'server' | 'client' | 'consumer' | 'job';
/** One piece of work of one service; `startedAt` is epoch ms. */
export type Span = {
  traceId: string;
  spanId: string;
  parentId?: string;
  service: string;
  name: string;
  kind: SpanKind;
  startedAt: number;
  durationMs: number;
  error?: string;
  attributes: Record<string, string | number | boolean>;
};

export type OpenSpan = {
  traceId: string;
  /** The W3C `traceparent` for what is asked of others within it. */
  traceparent: string;
  set: (name: string, value: string | number | boolean) => void;
  end: (error?: string) => void;
  child: (name: string, kind: SpanKind) => OpenSpan;
};

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** Makes a service's spans; ended ones go to `record`. */
export const createTracer = (service: string, record: (span: Span) => void) => {
  const open = (name: string, kind: SpanKind, traceId: string, parentId: string | undefined): OpenSpan => {
    const spanId = randomBytes(8).toString('hex');
    const startedAt = performance.timeOrigin + performance.now();
    const attributes: Span['attributes'] = {};
    let ended = false;
    return {
      traceId,
      traceparent: `00-${traceId}-${spanId}-01`,
      set: (key, value) => {
        attributes[key] = value;
      },
      end: (error) => {
        if (ended) return;
        ended = true;
        const durationMs = Number((performance.timeOrigin + performance.now() - startedAt).toFixed(2));
        record({
          traceId,
          spanId,
          ...(parentId === undefined ? {} : { parentId }),
          service,
          name,
          kind,
          startedAt,
          durationMs,
          ...(error === undefined ? {} : { error }),
          attributes,
        });
      },
      child: (childName, childKind) => open(childName, childKind, traceId, spanId),
    };
  };

  return {
    /** Goes on with the caller's trace, or begins one. */
    start: (name: string, kind: SpanKind, traceparent: unknown): OpenSpan => {
      const [, traceId, parentId] = TRACEPARENT.exec(typeof traceparent === 'string' ? traceparent : '') ?? [];
      return open(name, kind, traceId ?? randomBytes(16).toString('hex'), parentId);
    },
  };
};
