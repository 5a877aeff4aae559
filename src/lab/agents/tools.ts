import { open } from 'node:fs/promises';
import { z } from 'zod';
import { type CallOptions, callJson } from '../runtime/http-client.ts';
import { openDatabase } from '../shop/sqlite.ts';
import { type LogLine, parseLogLine } from './log-lines.ts';
import type { AgentSettings, Service } from './settings.ts';

export type MetricRequest = {
  metric: string;
  operation: 'p50' | 'p95' | 'p99' | 'mean' | 'rate' | 'value';
  windowMs: number;
  where?: Record<string, string>;
  by?: string;
  from?: number;
  to?: number;
};

const Series = z.object({
  series: z.array(
    z.object({ labels: z.record(z.string(), z.string()), points: z.array(z.tuple([z.number(), z.number()])) }),
  ),
});
export type MetricSeries = z.infer<typeof Series>['series'][number];

const FeedChange = z.looseObject({
  changeId: z.string(),
  at: z.string(),
  kind: z.string(),
  service: z.string(),
  title: z.string(),
  author: z.string(),
  statement: z.string().optional(),
  down: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
});
export type FeedChange = z.infer<typeof FeedChange>;

const SqlAnswer = z.object({
  rows: z.array(z.record(z.string(), z.unknown())),
  rowCount: z.number(),
  durationMs: z.number(),
});
const MigrationAnswer = z.object({ file: z.string(), durationMs: z.number() });
const Names = z.object({ names: z.array(z.string()) });
const Changes = z.object({ changes: z.array(FeedChange) });

/** The newest part of a log that is read; minutes of it. */
const LOG_TAIL_BYTES = 1024 * 1024;

const readTail = async (file: string): Promise<string> => {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, LOG_TAIL_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString();
  } finally {
    await handle.close();
  }
};

/** What agents can do in the world; each call is real, and all they know comes from here. */
export const createTools = (settings: AgentSettings, signal: AbortSignal) => {
  const options = (body?: unknown): CallOptions => ({
    token: settings.token,
    signal,
    ...(body === undefined ? {} : { body }),
  });
  const databaseOf = (service: Service): string => {
    if (service.databaseUrl === undefined) throw new Error(`${service.name} has no database that can be asked`);
    return service.databaseUrl;
  };
  const sql = (service: Service, statement: string, params: readonly (string | number)[] = []) =>
    callJson('POST', `${databaseOf(service)}/admin/sql`, SqlAnswer, options({ sql: statement, params }));
  const texts = async (service: Service, statement: string, column: string): Promise<string[]> =>
    (await sql(service, statement)).rows.map((row) => String(row[column] ?? ''));

  return {
    metricNames: async (): Promise<string[]> =>
      (await callJson('GET', `${settings.monitorUrl}/metrics-names`, Names, options())).names,
    metric: async (request: MetricRequest): Promise<MetricSeries[]> =>
      (await callJson('POST', `${settings.monitorUrl}/query`, Series, options(request))).series,
    /** Lines of the services' logs since a moment, in order of time. */
    logs: async (since: number): Promise<LogLine[]> => {
      const all = await Promise.all(settings.services.map(({ log }) => readTail(log)));
      const lines = all.flatMap((text) => text.split('\n')).flatMap((line) => parseLogLine(line) ?? []);
      return lines.filter(({ at }) => at >= since).sort((a, b) => a.at - b.at);
    },
    changes: async (from: number, to: number): Promise<FeedChange[]> => {
      const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      return (await callJson('GET', `${settings.changesUrl}/changes?${range}`, Changes, options())).changes;
    },
    sql,
    explain: (service: Service, statement: string): Promise<string[]> =>
      texts(service, `EXPLAIN QUERY PLAN ${statement}`, 'detail'),
    /** The statements that made the tables and indexes there are now. */
    schema: (service: Service): Promise<string[]> =>
      texts(service, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'", 'sql'),
    /** Plans of statements in an empty copy of the schema, with one index more: touches nothing that runs. */
    whatIf: async (schema: readonly string[], index: string, statements: readonly string[]): Promise<string[][]> => {
      const copy = await openDatabase(':memory:');
      try {
        for (const statement of [...schema, index]) copy.exec(statement);
        return statements.map((statement) =>
          copy
            .prepare(`EXPLAIN QUERY PLAN ${statement}`)
            .all()
            .map(({ detail }) => String(detail)),
        );
      } finally {
        copy.close();
      }
    },
    migrate: (service: Service, migration: { file: string; up: string; down: string; author: string }) =>
      callJson('POST', `${databaseOf(service)}/admin/migrations`, MigrationAnswer, options(migration)),
  };
};

export type Tools = ReturnType<typeof createTools>;
