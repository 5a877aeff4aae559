import { z } from 'zod';
import { openDatabase } from '../../shop/sqlite.ts';
import type { Http } from './http.ts';

export const Change = z.looseObject({
  changeId: z.string(),
  at: z.string(),
  kind: z.string(),
  service: z.string(),
  title: z.string(),
  author: z.string().default(''),
  before: z.string().nullish(),
  after: z.string().nullish(),
  statement: z.string().nullish(),
  down: z.string().nullish(),
  notes: z.unknown().optional(),
});
export type Change = z.infer<typeof Change>;

const ConfigEntry = z.looseObject({
  service: z.string(),
  key: z.string(),
  value: z.string(),
  previous: z.string().nullish(),
  changedAt: z.string().nullish(),
  says: z.string().default(''),
});
export type ConfigEntry = z.infer<typeof ConfigEntry>;

const Release = z.looseObject({
  service: z.string(),
  version: z.string(),
  deployedAt: z.string(),
  history: z.array(z.looseObject({ version: z.string(), at: z.string(), author: z.string().default('') })).default([]),
});
export type Release = z.infer<typeof Release>;

const Process = z.looseObject({
  service: z.string(),
  instance: z.union([z.string(), z.number()]).transform(String),
  status: z.string(),
  startedAt: z.string().nullish(),
  restarts: z.number().default(0),
  lastExit: z.looseObject({ at: z.string(), says: z.string() }).nullish(),
  rssBytes: z.number().nullish(),
  limitBytes: z.number().nullish(),
  cpuPercent: z.number().nullish(),
});
export type Process = z.infer<typeof Process>;

const Certificate = z.looseObject({
  name: z.string(),
  service: z.string(),
  role: z.string(),
  peer: z.string().nullish(),
  serial: z.string().default(''),
  notBefore: z.string(),
  notAfter: z.string(),
});
export type Certificate = z.infer<typeof Certificate>;

const Queue = z.looseObject({
  name: z.string(),
  depth: z.number(),
  inFlight: z.number().default(0),
  parked: z.number().default(0),
  oldestAgeMs: z.number().nullish(),
});
export type Queue = z.infer<typeof Queue>;

const QueueMessage = z.looseObject({
  messageId: z.string(),
  status: z.string(),
  attempts: z.number(),
  publishedAt: z.string(),
  ageMs: z.number(),
  lastError: z.string().nullish(),
  body: z.unknown().optional(),
});
export type QueueMessage = z.infer<typeof QueueMessage>;

const Pool = z.looseObject({
  service: z.string(),
  pool: z.string(),
  size: z.number(),
  inUse: z.number(),
  waiting: z.number(),
});
export type Pool = z.infer<typeof Pool>;

const Breaker = z.looseObject({
  service: z.string(),
  dependency: z.string(),
  enabled: z.boolean(),
  status: z.string(),
});
export type Breaker = z.infer<typeof Breaker>;

const Transaction = z.looseObject({
  transactionId: z.string(),
  service: z.string(),
  job: z.string().nullish(),
  startedAt: z.string(),
  ageMs: z.number(),
  holdsWriteLock: z.boolean(),
  statement: z.string().nullish(),
  author: z.string().nullish(),
});
export type Transaction = z.infer<typeof Transaction>;

const SqlAnswer = z.looseObject({
  rows: z.array(z.record(z.string(), z.unknown())),
  rowCount: z.number(),
  durationMs: z.number(),
});

export const State = z.record(z.string(), z.unknown());
export type State = z.infer<typeof State>;
const Done = z.looseObject({
  operationId: z.string(),
  changed: z.boolean(),
  before: State.nullish(),
  after: State.nullish(),
  output: z.array(z.string()).default([]),
  durationMs: z.number().default(0),
});

export type Operation = { type: string; args: Record<string, unknown> };

const listOf = <T>(name: string, item: z.ZodType<T>) =>
  z.looseObject({ [name]: z.array(item) }).transform((answer) => z.array(item).parse(answer[name]));

/** What the platform tells and does. Everything but `operate` only reads. */
export const createPlatform = (http: Http) => {
  const sql = (service: string, statement: string, params: readonly (string | number)[] = []) =>
    http.post('/sql', { service, sql: statement, params }, SqlAnswer);
  const texts = async (service: string, statement: string, column: string): Promise<string[]> =>
    (await sql(service, statement)).rows.map((row) => String(row[column] ?? ''));

  return {
    changes: (from: number, to: number): Promise<Change[]> =>
      http.get('/changes', { from, to }, listOf('changes', Change)),
    config: (): Promise<ConfigEntry[]> => http.get('/config', {}, listOf('entries', ConfigEntry)),
    releases: (): Promise<Release[]> => http.get('/releases', {}, listOf('releases', Release)),
    processes: (): Promise<Process[]> => http.get('/processes', {}, listOf('processes', Process)),
    certificates: (): Promise<Certificate[]> => http.get('/certificates', {}, listOf('certificates', Certificate)),
    queues: (): Promise<Queue[]> => http.get('/queues', {}, listOf('queues', Queue)),
    queueMessages: (queue: string, limit: number): Promise<QueueMessage[]> =>
      http.get('/queue-messages', { queue, limit }, listOf('messages', QueueMessage)),
    pools: (): Promise<Pool[]> => http.get('/pools', {}, listOf('pools', Pool)),
    breakers: (): Promise<Breaker[]> => http.get('/breakers', {}, listOf('breakers', Breaker)),
    transactions: (): Promise<Transaction[]> => http.get('/transactions', {}, listOf('transactions', Transaction)),
    sql,
    explain: (service: string, statement: string): Promise<string[]> =>
      texts(service, `EXPLAIN QUERY PLAN ${statement}`, 'detail'),
    /** The statements that made the tables and indexes there are now. */
    schema: (service: string): Promise<string[]> =>
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
    /** How that which an operation is about is now. */
    state: async (operation: Operation): Promise<State> =>
      (await http.post('/operations/state', operation, z.looseObject({ state: State }))).state,
    /** Does it; where `expect` no longer holds nothing is done and it throws. */
    operate: (operation: Operation, options: { operationId: string; expect?: State; author: string }) =>
      http.post('/operations', { ...operation, ...options }, Done),
  };
};
export type Platform = ReturnType<typeof createPlatform>;
