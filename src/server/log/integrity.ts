import { type Database, integer } from './sqlite.ts';

/** Begins the message of every start that a damaged file stops. */
export const DAMAGED = 'the log is damaged';

/** SQLite's CORRUPT and NOTADB. */
const CORRUPTION: ReadonlySet<unknown> = new Set([11, 26]);

/** The error as one that says so where it tells that the file is damaged; any other as it is. */
export const asDamage = (error: unknown): unknown =>
  error instanceof Error && 'errcode' in error && CORRUPTION.has(Number(error.errcode) & 0xff)
    ? new Error(`${DAMAGED}: ${error.message}`)
    : error;

const count = (db: Database, sql: string): number =>
  integer(db.prepare(`SELECT count(*) AS count FROM ${sql}`).get(), 'count');

/**
 * Before the schema is looked at: reads every page, for SQLite itself notices a damaged one only when it comes to it.
 * A log that has lost its own name is damaged too, and would get a new one.
 */
export const assertReadable = (db: Database): void => {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  // Its first line only names the database.
  if (found !== 'ok') throw new Error(`${DAMAGED}: ${String(found).split('\n').at(-1)}`);
  if (count(db, `sqlite_schema WHERE name = 'events'`) === 0) return;
  if (count(db, `meta WHERE key IN ('epoch', 'schemaVersion')`) < 2) throw new Error(`${DAMAGED}: its name is missing`);
};

/**
 * Throws where an event is missing or unreadable on a page that still looks like one. A stream's seqs are dense and
 * nothing is deleted, so that a hole is a loss.
 */
export const assertWhole = (db: Database): void => {
  const unreadable = count(db, 'events NOT INDEXED WHERE NOT json_valid(params)');
  if (unreadable > 0) throw new Error(`${DAMAGED}: ${unreadable} events cannot be read`);
  const holed = count(
    db,
    '(SELECT 1 FROM events NOT INDEXED GROUP BY stream_id HAVING count(*) <> max(seq) OR min(seq) <> 1)',
  );
  if (holed > 0) throw new Error(`${DAMAGED}: events are missing in ${holed} streams`);
};
