import { dieWithParent } from '../runtime/die-with-parent.ts';
import { fieldsOf } from '../runtime/fields.ts';
import { serve } from '../runtime/http-server.ts';
import { tellReady } from '../runtime/settings.ts';
import { blueprintOf, statementsOf } from './blueprint.ts';
import { createQueryQueue } from './query-queue.ts';
import { openShopDatabase, tidy } from './seed-database.ts';
import { openService } from './service.ts';
import { runMigration, runReading } from './sql-desk.ts';
import { openDatabase } from './sqlite.ts';
import { createSummaryCache } from './summary-cache.ts';
import { createWriteTurns } from './write-turns.ts';

const SLOW_QUERY_MS = 20;
const CHECKPOINT_EVERY_MS = 20_000;
const LOYALTY_SPAN_MS = 400 * 24 * 3600 * 1000;

dieWithParent();
const orders = await openService();
const { settings, metrics, log } = orders;
const keys = settings.texts('keys');
const shop = blueprintOf(settings.text('shop'));
const statements = statementsOf(shop);
const database = await openShopDatabase(settings.text('database'), shop);
const readOnly = await openDatabase(settings.text('database'), { readOnly: true });
const observeQuery = metrics.histogram('db_query_duration_seconds', 'Time a query ran.');
const observeWait = metrics.histogram('pool_wait_seconds', 'Time waited for a connection.');
const queue = createQueryQueue((waitedMs) => observeWait({ service: 'orders', pool: 'database' }, waitedMs / 1000));
metrics.gauge('pool_waiting', 'Waiting for a connection.', () => [
  [{ service: 'orders', pool: 'database' }, queue.waiting()],
]);
const write = createWriteTurns(orders, () => orders.number(keys.writeTimeout ?? ''));
const cache = createSummaryCache(orders);

/** Prepared anew each time: a plan is made for the schema it was made on. */
const query = (name: string, sql: string, params: readonly (string | number)[], traceId: string): Promise<unknown[]> =>
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
        traceId,
      });
    }
    return rows;
  });

const ownerOf = (params: URLSearchParams): number => {
  const owner = Number(params.get('customer'));
  if (!Number.isInteger(owner) || owner <= 0) throw new Error('customer must be a number');
  return owner;
};
const withState = (owner: number): (string | number)[] => (shop.byState ? [owner, 'open'] : [owner]);

const routes = orders.routes({
  'GET /recent': async ({ query: params, span }) => {
    const owner = ownerOf(params);
    const rows = await query(`${shop.table}_recent`, statements.recent, withState(owner), span.traceId);
    cache.keep(owner, span.traceId, rows);
    return { body: { orders: rows } };
  },
  'GET /spend': async ({ query: params, span }) => ({
    body: await query(
      `${shop.table}_spend`,
      statements.spend,
      [...withState(ownerOf(params)), Date.now() - LOYALTY_SPAN_MS],
      span.traceId,
    ),
  }),
  'GET /order': async ({ query: params, span }) => ({
    body: await query(`${shop.table}_by_id`, statements.byId, [Number(params.get('id'))], span.traceId),
  }),
  'POST /orders': async ({ body, span }) => {
    const order = fieldsOf(body);
    const made = await write('new order', span.traceId, () =>
      database.prepare(statements.insert).get(order.number('customer'), 'open', order.number('cents'), '', Date.now()),
    );
    const id = Number(made?.id);
    await orders.call('queue', span, 'POST', '/publish', {
      body: { body: { order: id, delivery: order.raw('delivery') }, traceparent: span.traceparent },
    });
    return { status: 201, body: { id } };
  },
  'POST /shipped': async ({ body, span }) => {
    const id = fieldsOf(body).number('order');
    await write('shipped', span.traceId, () => database.prepare(statements.ship).run('shipped', id));
    return { body: { id } };
  },
});

orders.answer({
  sql: (params) => {
    const values = params.has('params') ? params.raw('params') : [];
    return runReading(readOnly, params.text('sql'), values);
  },
  migrate: async (params) => {
    const file = params.text('file');
    log('info', 'migration started', { file });
    const durationMs = await write('migration', '', () => runMigration(database, file, params.text('up')));
    log('info', 'migration applied', { file, durationMs: Number(durationMs.toFixed(1)) });
    return { durationMs };
  },
});

setInterval(() => {
  void write('housekeeping', '', () => tidy(database, shop)).catch(() => undefined);
  const busy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  log('info', 'wal checkpoint', { frames: busy?.log, moved: busy?.checkpointed });
}, CHECKPOINT_EVERY_MS);

const { url } = await serve({ routes, tokens: [orders.token] });
tellReady(url);
