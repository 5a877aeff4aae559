import { z } from 'zod';
import type { Http } from './http.ts';

const Labels = z.record(z.string(), z.string());
const Time = z.string().transform((text) => Date.parse(text));

export const Objective = z.looseObject({
  name: z.string(),
  kind: z.string(),
  service: z.string(),
  metric: z.string(),
  where: Labels.default({}),
  operation: z.string(),
  limit: z.number(),
  unit: z.string().default(''),
  windowMs: z.number(),
  says: z.string().default(''),
});
export type Objective = z.infer<typeof Objective>;

const Alert = z.looseObject({
  objective: z.string(),
  kind: z.string(),
  service: z.string(),
  firing: z.boolean(),
  since: z.string().nullish(),
  value: z.number().nullish(),
  limit: z.number(),
});
export type Alert = z.infer<typeof Alert>;

const Series = z.looseObject({ labels: Labels, points: z.array(z.tuple([z.number(), z.number()])) });
export type Series = z.infer<typeof Series>;

const Metric = z.looseObject({
  name: z.string(),
  type: z.string(),
  help: z.string().optional(),
  labels: z.record(z.string(), z.array(z.string())).default({}),
});

const LogLine = z.looseObject({ time: Time, level: z.string(), service: z.string(), msg: z.string() });
export type LogLine = z.infer<typeof LogLine>;

const TraceSummary = z.looseObject({
  traceId: z.string(),
  service: z.string(),
  name: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  error: z.unknown().optional(),
  spans: z.number(),
});
export type TraceSummary = z.infer<typeof TraceSummary>;

const TraceSpan = z.looseObject({
  spanId: z.string(),
  parentId: z.string().nullish(),
  service: z.string(),
  name: z.string(),
  kind: z.string(),
  startMs: z.number(),
  durationMs: z.number(),
  error: z.unknown().optional(),
  attributes: z.record(z.string(), z.unknown()).default({}),
});
export type TraceSpan = z.infer<typeof TraceSpan>;

const Dependency = z.looseObject({ service: z.string(), via: z.string() });
export const Graph = z.looseObject({
  services: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string(),
      dependsOn: z.array(Dependency).default([]),
      database: z.unknown().optional(),
    }),
  ),
  edges: z
    .array(
      z.looseObject({
        from: z.string(),
        to: z.string(),
        ratePerSecond: z.number().nullish(),
        errorRatio: z.number().nullish(),
        p95Ms: z.number().nullish(),
      }),
    )
    .default([]),
});
export type Graph = z.infer<typeof Graph>;

const Health = z.looseObject({
  services: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      says: z.string().default(''),
      checks: z.array(z.looseObject({ name: z.string(), ok: z.boolean(), says: z.string().default('') })).default([]),
    }),
  ),
});
export type Health = z.infer<typeof Health>;

export type MetricRequest = {
  metric: string;
  operation: string;
  windowMs: number;
  where?: Record<string, string>;
  by?: string;
  from?: number;
  to?: number;
};
export type LogRequest = {
  from?: number;
  to?: number;
  service?: string;
  level?: string;
  contains?: string;
  limit?: number;
};
export type TraceRequest = {
  from?: number;
  to?: number;
  service?: string;
  name?: string;
  minMs?: number;
  onlyErrors?: boolean;
  limit?: number;
};

/** What the monitor tells: reading only. */
export const createMonitor = (http: Http) => ({
  objectives: async (): Promise<Objective[]> =>
    (await http.get('/objectives', {}, z.looseObject({ objectives: z.array(Objective) }))).objectives,
  alerts: async (): Promise<Alert[]> =>
    (await http.get('/alerts', {}, z.looseObject({ alerts: z.array(Alert) }))).alerts,
  catalog: async () => (await http.get('/metrics-catalog', {}, z.looseObject({ metrics: z.array(Metric) }))).metrics,
  query: async (request: MetricRequest): Promise<Series[]> =>
    (await http.post('/query', request, z.looseObject({ series: z.array(Series) }))).series,
  logs: (request: LogRequest) =>
    http.post(
      '/logs',
      request,
      z.looseObject({ lines: z.array(LogLine), total: z.number(), truncated: z.boolean().default(false) }),
    ),
  traces: async (request: TraceRequest): Promise<TraceSummary[]> =>
    (await http.post('/traces', request, z.looseObject({ traces: z.array(TraceSummary) }))).traces,
  trace: async (traceId: string): Promise<TraceSpan[]> =>
    (await http.get('/trace', { id: traceId }, z.looseObject({ spans: z.array(TraceSpan) }))).spans,
  graph: (): Promise<Graph> => http.get('/graph', {}, Graph),
  health: (): Promise<Health> => http.get('/health', {}, Health),
});
export type Monitor = ReturnType<typeof createMonitor>;
