import { z } from 'zod';
import type { Database } from './sqlite.ts';

export const SqlRequest = z.object({
  sql: z.string().max(4000),
  params: z.array(z.union([z.string(), z.number()])).default([]),
});
export const MigrationRequest = z.object({
  file: z.string().regex(/^\d{4,}_[a-z0-9_]+\.sql$/),
  up: z.string().min(1).max(8000),
  down: z.string().max(8000).optional(),
  author: z.string().max(120),
});
export type MigrationRequest = z.infer<typeof MigrationRequest>;

const MOST_ROWS = 200;
const READS =
  /^\s*(select|explain query plan select|pragma (index_list|index_info|table_info|page_count|freelist_count))\b/i;

/** Runs one reading statement; the connection is read-only, so that a mistake in the pattern changes nothing. */
export const runReading = (readOnly: Database, { sql, params }: z.infer<typeof SqlRequest>) => {
  if (!READS.test(sql)) throw new Error('only SELECT, EXPLAIN QUERY PLAN and PRAGMA that read are allowed here');
  // EXPLAIN opens no transaction and would plan for the schema this connection saw last: reading once brings it up to date.
  readOnly.prepare('SELECT count(*) FROM sqlite_master').get();
  const statement = readOnly.prepare(sql);
  const began = performance.now();
  const rows = statement.all(...params);
  const durationMs = performance.now() - began;
  return { rows: rows.slice(0, MOST_ROWS), rowCount: rows.length, durationMs };
};

/** Runs a migration and records its number, in one transaction; the same number never runs twice. */
export const runMigration = (database: Database, { file, up }: MigrationRequest): number => {
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
