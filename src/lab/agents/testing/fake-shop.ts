import { createServer, type IncomingMessage } from 'node:http';

/** How a series behaves, by operation, at `seconds` before (negative) or after the trouble began. */
export type FakeSeries = {
  metric: string;
  type: 'histogram' | 'counter' | 'gauge';
  labels: Record<string, string>;
  at: Partial<Record<string, (seconds: number) => number>>;
};
type Json = Record<string, unknown>;

/** What a monitor and a platform of some shop would say. Its trouble began `SINCE_S` ago. */
export type Scenario = {
  objectives: Json[];
  alerts: Json[];
  graph: { services: Json[]; edges: Json[] };
  series: FakeSeries[];
  logs: Json[];
  traces: Json[];
  spans: Record<string, Json[]>;
  changes: Json[];
  config: Json[];
  processes: Json[];
  certificates: Json[];
  queues: Json[];
  messages: Record<string, Json[]>;
  pools: Json[];
  breakers: Json[];
  transactions: Json[];
  sql: (sql: string) => Json[];
  /** By operation type. */
  states: Record<string, Json>;
  /** What an operation does to the scenario; throws where it fails, and is `unchanged` where there was nothing to do. */
  operate: (type: string, args: Json) => 'unchanged' | undefined;
};

export const SINCE_S = 30;
const HISTORY_S = 240;
const STEP_MS = 1_000;

const bodyOf = async (request: IncomingMessage): Promise<Json> => {
  let text = '';
  for await (const part of request) text += String(part);
  return text === '' ? {} : JSON.parse(text);
};

const matches = (labels: Record<string, string>, where: unknown): boolean =>
  Object.entries(typeof where === 'object' && where !== null ? where : {}).every(
    ([key, value]) => labels[key] === value,
  );

/** Serves a scenario as the monitor and the platform do, on one address. */
export const startFakeShop = async (scenario: Scenario) => {
  const began = Date.now() - SINCE_S * 1_000;
  const operations: { type: string; args: Json; operationId: string }[] = [];
  const requests: string[] = [];
  /** By path, how many requests more are answered with a failure. */
  const failing = new Map<string, number>();

  const query = ({ metric, operation, where, by, from }: Json): Json => {
    const op = String(operation);
    const found = scenario.series.filter((series) => series.metric === metric && matches(series.labels, where));
    const groups = new Map<string, FakeSeries[]>();
    for (const series of found) {
      const key = typeof by === 'string' ? (series.labels[by] ?? '') : '';
      groups.set(key, [...(groups.get(key) ?? []), series]);
    }
    const first = Math.max(Number(from ?? 0), began - HISTORY_S * 1_000);
    return {
      series: [...groups].map(([key, group]) => {
        const points: [number, number][] = [];
        for (let at = Math.ceil(first / STEP_MS) * STEP_MS; at <= Date.now(); at += STEP_MS) {
          const values = group.flatMap((series) => series.at[op]?.((at - began) / 1_000) ?? []);
          const sum = values.reduce((total, value) => total + value, 0);
          const isSum = op === 'rate' || op === 'value';
          if (values.length > 0) points.push([at, isSum ? sum : sum / values.length]);
        }
        return { labels: typeof by === 'string' ? { [by]: key } : {}, points };
      }),
    };
  };

  const catalog = (): Json => {
    const metrics = new Map<string, { name: string; type: string; labels: Record<string, string[]> }>();
    for (const { metric, type, labels } of scenario.series) {
      const known = metrics.get(metric) ?? { name: metric, type, labels: {} };
      metrics.set(metric, known);
      for (const [key, value] of Object.entries(labels))
        known.labels[key] = [...new Set([...(known.labels[key] ?? []), value])];
    }
    return { metrics: [...metrics.values()] };
  };

  const logs = ({ from, level, contains }: Json): Json => {
    const lines = scenario.logs.filter(
      (line) =>
        Date.parse(String(line.time)) >= Number(from ?? 0) &&
        (level === undefined || line.level === level) &&
        (typeof contains !== 'string' || JSON.stringify(line).includes(contains)),
    );
    return { lines, total: lines.length, truncated: false };
  };

  const operate = (body: Json): { status: number; body: Json } => {
    const type = String(body.type);
    const before = { ...scenario.states[type] };
    const expected = Object.entries(typeof body.expect === 'object' && body.expect !== null ? body.expect : {});
    if (expected.some(([key, value]) => JSON.stringify(before[key] ?? null) !== JSON.stringify(value))) {
      return { status: 409, body: { error: 'precondition_failed', state: before } };
    }
    const args = typeof body.args === 'object' && body.args !== null ? { ...body.args } : {};
    let done: 'unchanged' | undefined;
    try {
      done = scenario.operate(type, args);
    } catch (error) {
      return { status: 422, body: { error: 'operation_failed', says: String(error) } };
    }
    operations.push({ type, args, operationId: String(body.operationId) });
    const answered = {
      operationId: body.operationId,
      changed: done !== 'unchanged',
      before,
      after: scenario.states[type],
      output: [`${type} done`],
      durationMs: 12,
    };
    return { status: 200, body: answered };
  };

  const answer = (path: string, search: URLSearchParams, body: Json): { status: number; body: Json } => {
    const ok = (value: Json) => ({ status: 200, body: value });
    const fails = failing.get(path) ?? 0;
    failing.set(path, fails - 1);
    if (fails > 0) return { status: 503, body: { error: 'not now' } };
    switch (path) {
      case '/objectives':
        return ok({ objectives: scenario.objectives });
      case '/alerts':
        return ok({ alerts: scenario.alerts });
      case '/metrics-catalog':
        return ok(catalog());
      case '/query':
        return ok(query(body));
      case '/logs':
        return ok(logs(body));
      case '/traces':
        return ok({ traces: scenario.traces });
      case '/trace':
        return ok({ traceId: search.get('id'), spans: scenario.spans[search.get('id') ?? ''] ?? [] });
      case '/graph':
        return ok(scenario.graph);
      case '/health':
        return ok({
          services: scenario.graph.services.map(({ name }) => ({ name, status: 'up', says: 'answers', checks: [] })),
        });
      case '/changes': {
        const [from, to] = [Number(search.get('from')), Number(search.get('to'))];
        return ok({
          changes: scenario.changes.filter(({ at }) => Date.parse(String(at)) >= from && Date.parse(String(at)) <= to),
        });
      }
      case '/config':
        return ok({ entries: scenario.config });
      case '/releases':
        return ok({ releases: [] });
      case '/processes':
        return ok({ processes: scenario.processes });
      case '/certificates':
        return ok({ certificates: scenario.certificates });
      case '/queues':
        return ok({ queues: scenario.queues });
      case '/queue-messages':
        return ok({ messages: scenario.messages[search.get('queue') ?? ''] ?? [] });
      case '/pools':
        return ok({ pools: scenario.pools });
      case '/breakers':
        return ok({ breakers: scenario.breakers });
      case '/transactions':
        return ok({ transactions: scenario.transactions });
      case '/sql': {
        const rows = scenario.sql(String(body.sql));
        return ok({ rows, rowCount: rows.length, durationMs: 1 });
      }
      case '/operations/state':
        return ok({ state: scenario.states[String(body.type)] ?? {} });
      case '/operations':
        return operate(body);
      default:
        return { status: 404, body: { error: 'not_found' } };
    }
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(url.pathname);
    void bodyOf(request).then((body) => {
      const reply = answer(url.pathname, url.searchParams, body);
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    began,
    operations,
    requests,
    failing,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
