import type { Database, Value } from './sqlite.ts';

const MOST_ROWS = 200;
const MOST_CHARS = 4_000;
const READS =
  /^\s*(select|explain query plan select|pragma (index_list|index_info|table_info|page_count|freelist_count))\b/i;

const isValue = (value: unknown): value is Value =>
  value === null || typeof value === 'string' || typeof value === 'number';

/** Runs one reading statement; the connection is read-only, so that a mistake in the pattern changes nothing. */
export const runReading = (readOnly: Database, sql: string, params: unknown) => {
  if (sql.length > MOST_CHARS) throw new Error('the statement is too long');
  if (!READS.test(sql)) throw new Error('only SELECT, EXPLAIN QUERY PLAN and PRAGMA that read are allowed here');
  const values: unknown[] = Array.isArray(params) ? params : [];
  // EXPLAIN opens no transaction and would plan for the schema this connection saw last: reading once brings it up to date.
  readOnly.prepare('SELECT count(*) FROM sqlite_master').get();
  const statement = readOnly.prepare(sql);
  const began = performance.now();
  const rows = statement.all(...values.filter(isValue));
  const durationMs = performance.now() - began;
  return { rows: rows.slice(0, MOST_ROWS), rowCount: rows.length, durationMs };
};

/** Runs a migration and records its number, in one transaction; the same number never runs twice. */
export const runMigration = (database: Database, file: string, up: string): number => {
  const version = Number.parseInt(file, 10);
  const began = performance.now();
  database.exec('BEGIN IMMEDIATE');
  try {
    database.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?)').run(version, file, new Date().toISOString());
    database.exec(up);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
  return performance.now() - began;
};
