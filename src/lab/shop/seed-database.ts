import { type Blueprint, createIndexOf, statementsOf } from './blueprint.ts';
import { type Database, openDatabase } from './sqlite.ts';

const CHUNK_ROWS = 100_000;
const LEAST_ROWS = 500_000;
const MOST_ROWS = 1_800_000;
/** Without its index a lookup has to hurt on any machine, and not melt a small one: rows are added until it does. */
const SCAN_AT_LEAST_MS = 80;
const INSERT_AT_MOST_MS = 4_000;

const START_OF_BUSINESS = Date.UTC(2023, 0, 1);

const insertChunk = (database: Database, shop: Blueprint, from: number, count: number): void => {
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + count - 1})
    INSERT INTO ${shop.table} (id, ${shop.owner}, ${shop.state}, ${shop.amount}, ${shop.note}, ${shop.time})
    SELECT i, 1 + (i * 2654435761) % ${shop.owners},
      CASE WHEN i % 3 = 0 THEN 'open' WHEN i % 3 = 1 THEN 'paid' ELSE 'shipped' END,
      499 + (i * 7919) % 48000, hex(randomblob(20)), ${START_OF_BUSINESS} + i * 61000
    FROM n`);
};

/** Processor time, not that of the clock: a machine that is busy right now must not end up with too few rows. */
const fastestScanMs = (database: Database, shop: Blueprint): number => {
  const statement = database.prepare(statementsOf(shop).spend);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 2; run += 1) {
    const before = process.cpuUsage();
    statement.all(...(shop.byState ? [run + 1, 'open', 0] : [run + 1, 0]));
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
};

const migrationFile = (number: number, name: string): string => `${String(number).padStart(4, '0')}_${name}.sql`;

const seed = (database: Database, shop: Blueprint): void => {
  const create = `CREATE TABLE ${shop.table} (id INTEGER PRIMARY KEY, ${shop.owner} INTEGER NOT NULL, ${shop.state} TEXT NOT NULL, ${shop.amount} INTEGER NOT NULL, ${shop.note} TEXT NOT NULL, ${shop.time} INTEGER NOT NULL)`;
  database.exec('BEGIN');
  database.exec(create);
  let rows = 0;
  const began = performance.now();
  while (rows < MOST_ROWS) {
    insertChunk(database, shop, rows + 1, CHUNK_ROWS);
    rows += CHUNK_ROWS;
    if (rows < LEAST_ROWS) continue;
    if (performance.now() - began > INSERT_AT_MOST_MS || fastestScanMs(database, shop) >= SCAN_AT_LEAST_MS) break;
  }
  insertChunk(database, shop, rows + 1, shop.oddRows);
  database.exec(createIndexOf(shop));
  database.exec(
    'CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, file TEXT NOT NULL, applied_at TEXT NOT NULL)',
  );
  database.exec(`CREATE TABLE row_watermark AS SELECT max(id) AS rows FROM ${shop.table}`);
  const record = database.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?)');
  const now = new Date().toISOString();
  record.run(shop.firstMigration - 1, migrationFile(shop.firstMigration - 1, `create_${shop.table}`), now);
  record.run(shop.firstMigration, migrationFile(shop.firstMigration, `index_${shop.table}`), now);
  database.exec('COMMIT');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
};

/** Opens the shop's database; the first time it is made and filled, in one transaction, so that half of one is none. */
export const openShopDatabase = async (file: string, shop: Blueprint): Promise<Database> => {
  const database = await openDatabase(file);
  // No waiting for a lock inside SQLite: it would stop the whole process.
  database.exec(
    'PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4000',
  );
  const known = database.prepare("SELECT count(*) AS tables FROM sqlite_master WHERE name = 'schema_migrations'").get();
  if (known?.tables === 0) seed(database, shop);
  return database;
};

/** New orders that are kept beside those of the seed; a lab that runs for days must not fill the disk. */
const NEW_ORDERS_KEPT = 20_000;

/** Forgets the oldest of the new orders. */
export const tidy = (database: Database, shop: Blueprint): void => {
  const row = database.prepare(`SELECT max(id) AS newest FROM ${shop.table}`).get();
  const newest = Number(row?.newest ?? 0) - NEW_ORDERS_KEPT;
  const first = database.prepare('SELECT rows FROM row_watermark').get();
  const from = Number(first?.rows ?? newest);
  if (newest > from) database.prepare(`DELETE FROM ${shop.table} WHERE id > ? AND id <= ?`).run(from, newest);
};
