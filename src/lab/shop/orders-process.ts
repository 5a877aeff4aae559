import { z } from 'zod';
import { callText } from '../runtime/http-client.ts';
import { type Routes, serve } from '../runtime/http-server.ts';
import { dieWithParent, readSettings, tellReady } from '../runtime/settings.ts';
import { Blueprint, statementsOf } from './blueprint.ts';
import type { NewChange } from './changes.ts';
import { openLog } from './log-file.ts';
import { createMetrics } from './metrics.ts';
import { createQueryQueue } from './query-queue.ts';
import { openShopDatabase } from './seed-database.ts';
import { MigrationRequest, runMigration, runReading, SqlRequest } from './sql-desk.ts';
import { openDatabase } from './sqlite.ts';

const SLOW_QUERY_MS = 20;
const CHECKPOINT_EVERY_MS = 20_000;
const LOYALTY_SPAN_MS = 400 * 24 * 3600 * 1000;

const settings = readSettings(
  z.object({ database: z.string(), log: z.string(), changesUrl: z.string(), token: z.string(), blueprint: Blueprint }),
);
dieWithParent();

const shop = settings.blueprint;
const statements = statementsOf(shop);
const database = await openShopDatabase(settings.database, shop);
const readOnly = await openDatabase(settings.database, { readOnly: true });
const log = openLog(settings.log, 'orders');
const metrics = createMetrics();
const observeRequest = metrics.histogram('http_request_duration_seconds', 'Time to answer a request.');
const observeQuery = metrics.histogram('db_query_duration_seconds', 'Time a query ran.');
const observeWait = metrics.histogram('db_pool_wait_seconds', 'Time a query waited for the connection.');
const countMigration = metrics.counter('db_migrations_total', 'Migrations run by this process.');
const queue = createQueryQueue((waitedMs) => observeWait({ service: 'orders' }, waitedMs / 1000));
metrics.gauge('db_pool_waiting', 'Queries waiting for the connection.', () => [
  [{ service: 'orders' }, queue.waiting()],
]);
metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => [
  [{ service: 'orders' }, process.memoryUsage.rss()],
]);

/** Prepared anew after each migration: a plan is made for the schema it was made on. */
const query = (name: string, sql: string, params: readonly (string | number)[]): Promise<unknown[]> =>
  queue.run(() => {
    const began = performance.now();
    const rows = database.prepare(sql).all(...params);
    const durationMs = performance.now() - began;
    observeQuery({ service: 'orders', query: name }, durationMs / 1000);
    if (durationMs > SLOW_QUERY_MS) {
      log('warn', 'slow query', {
        query: name,
        statement: sql,
        durationMs: Number(durationMs.toFixed(1)),
        rows: rows.length,
      });
    }
    return rows;
  });

const ownerOf = (params: URLSearchParams): number => z.coerce.number().int().positive().parse(params.get('customer'));
const withState = (owner: number): (string | number)[] => (shop.byState ? [owner, 'open'] : [owner]);

const routes: Routes = {
  'GET /recent': async ({ query: params }) => ({
    body: { orders: await query(`${shop.table}_recent`, statements.recent, withState(ownerOf(params))) },
  }),
  'GET /spend': async ({ query: params }) => ({
    body: await query(`${shop.table}_spend`, statements.spend, [
      ...withState(ownerOf(params)),
      Date.now() - LOYALTY_SPAN_MS,
    ]),
  }),
  'GET /order': async ({ query: params }) => ({
    body: await query(`${shop.table}_by_id`, statements.byId, [z.coerce.number().int().parse(params.get('id'))]),
  }),
  'GET /health': () => ({ body: { status: 'ok' } }),
  'GET /metrics': () => ({ text: metrics.text() }),
  'POST /admin/sql': ({ body }) => {
    const request = SqlRequest.parse(body);
    return queue.run(() => ({ body: runReading(readOnly, request) }));
  },
  'POST /admin/migrations': async ({ body }) => {
    const migration = MigrationRequest.parse(body);
    log('info', 'migration started', { file: migration.file });
    const durationMs = await queue.run(() => runMigration(database, migration));
    countMigration({ service: 'orders' });
    log('info', 'migration applied', { file: migration.file, durationMs: Number(durationMs.toFixed(1)) });
    const { file, up, down, author } = migration;
    const change: NewChange = {
      kind: 'migration',
      service: 'orders',
      title: file,
      author,
      statement: up,
      ...(down === undefined ? {} : { down }),
    };
    await callText('POST', `${settings.changesUrl}/admin/changes`, { body: change, token: settings.token });
    return { status: 201, body: { file, durationMs } };
  },
};

setInterval(() => {
  const busy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  log('info', 'wal checkpoint', { frames: busy?.log, moved: busy?.checkpointed });
}, CHECKPOINT_EVERY_MS);

const { url } = await serve({
  routes,
  token: settings.token,
  onRequest: (route, status, durationMs) => {
    const [, path = ''] = route.split(' ');
    if (path === '/metrics' || path === '/health' || path.startsWith('/admin/')) return;
    observeRequest({ service: 'orders', route: path, status: String(status) }, durationMs / 1000);
    log('info', 'request', { route: path, status, durationMs: Number(durationMs.toFixed(1)) });
  },
});
tellReady(url);
