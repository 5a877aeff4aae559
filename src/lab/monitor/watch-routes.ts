import { z } from 'zod';
import type { Routes } from '../runtime/http-server.ts';
import type { Span } from '../runtime/trace.ts';
import type { Node } from '../shop/topology.ts';
import type { createAlerts } from './alerts.ts';
import type { createCatalog } from './catalog.ts';
import { checkHealth } from './health.ts';
import type { History } from './history.ts';
import { searchLogs } from './log-search.ts';
import type { Objective } from './objective.ts';
import { MetricQuery, runQuery } from './query.ts';
import { measureGraph } from './service-graph.ts';
import type { createSpanStore } from './span-store.ts';

/** A moment: ISO 8601 or epoch ms. */
const moment = (otherwise: number) =>
  z.union([z.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]).default(otherwise);

const LogQuery = z.object({
  from: moment(0),
  to: moment(Number.MAX_SAFE_INTEGER),
  service: z.string().optional(),
  level: z.enum(['info', 'warn', 'error']).optional(),
  contains: z.string().optional(),
  limit: z.number().int().positive().max(1_000).default(200),
});

const TraceQuery = z.object({
  from: moment(0),
  to: moment(Number.MAX_SAFE_INTEGER),
  service: z.string().optional(),
  name: z.string().optional(),
  minMs: z.number().default(0),
  onlyErrors: z.boolean().default(false),
  limit: z.number().int().positive().max(50).default(20),
});

const isSpan = (value: unknown): value is Span =>
  typeof value === 'object' && value !== null && 'traceId' in value && 'spanId' in value;
const Spans = z.object({ spans: z.array(z.custom<Span>(isSpan)) });

export type WatchOptions = {
  history: History;
  objectives: readonly Objective[];
  alerts: ReturnType<typeof createAlerts>;
  catalog: ReturnType<typeof createCatalog>;
  spans: ReturnType<typeof createSpanStore>;
  logs: Readonly<Record<string, string>>;
  services: readonly Node[];
  targets: () => ReadonlyMap<string, string>;
  token: string;
};

/** What can be asked of the monitor. */
export const createWatchRoutes = (options: WatchOptions): Routes => {
  const { history, objectives, alerts, catalog, spans, logs, services, targets, token } = options;
  return {
    'GET /objectives': () => ({ body: { objectives } }),
    'GET /alerts': () => ({ body: { alerts: alerts.shown() } }),
    'GET /metrics-names': () => ({ body: { names: history.names() } }),
    'GET /metrics-catalog': () => ({ body: { metrics: catalog.shown(history.all()) } }),
    'POST /query': ({ body }) => ({ body: { series: runQuery(history, MetricQuery.parse(body)) } }),
    'POST /logs': async ({ body }) => ({ body: await searchLogs(logs, LogQuery.parse(body ?? {})) }),
    'POST /traces': ({ body }) => ({ body: { traces: spans.search(TraceQuery.parse(body ?? {})) } }),
    'GET /trace': ({ query }) => {
      const traceId = query.get('id') ?? '';
      return { body: { traceId, spans: spans.trace(traceId) } };
    },
    'GET /graph': () => ({ body: measureGraph(services, history) }),
    'GET /health': async () => ({
      body: { services: await checkHealth(services, targets(), measureGraph(services, history).edges, token) },
    }),
    'POST /ingest': ({ body }) => {
      spans.add(Spans.parse(body).spans);
      return { body: {} };
    },
  };
};
