import { ulid } from 'ulid';
import type { KnownHeads } from './known-heads.ts';
import { type Database, integer, text } from './sqlite.ts';
import type { Applied } from './wire.ts';

/**
 * Statement n brings the schema from version n to n+1. Append only: what was released never changes.
 *
 * `streams` gives (tenant, stream) a short number, so that the indexes on `events` stay small. The unique index
 * leads with event_id because it serves both de-duplication and `find`. Nothing is ever deleted from `events`, hence
 * the newest seq of a stream is also its count.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    UNIQUE (tenant_id, stream)
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    method TEXT NOT NULL,
    key TEXT NOT NULL,
    params TEXT NOT NULL,
    UNIQUE (stream_id, seq),
    UNIQUE (event_id, stream_id)
  ) STRICT;
  CREATE INDEX events_by_key ON events (stream_id, key, seq) WHERE key <> '';
  CREATE TABLE state (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires_at INTEGER,
    UNIQUE (bucket, key)
  ) STRICT;
  CREATE INDEX state_by_expiry ON state (expires_at) WHERE expires_at IS NOT NULL;
  `,
  // A tenant that resumes reads its own events only, however many those of others are. The number stands in the row,
  // because only an index on the events themselves gives one tenant's in the order of the log.
  `
  CREATE TABLE tenants (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL UNIQUE) STRICT;
  INSERT INTO tenants (tenant_id) SELECT DISTINCT tenant_id FROM streams;
  ALTER TABLE events ADD COLUMN tenant INTEGER NOT NULL DEFAULT 0;
  UPDATE events SET tenant = (
    SELECT tenants.id FROM streams JOIN tenants USING (tenant_id) WHERE streams.id = events.stream_id
  );
  CREATE INDEX events_by_tenant ON events (tenant);
  `,
];

/** The version that this program writes; it reads all before it. */
export const SCHEMA_VERSION = MIGRATIONS.length;

const META = 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID';

const readMeta = (db: Database, key: string): string | undefined => {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(key);
  return row && text(row, 'value');
};

export const WRITE_META = 'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';

const APPLIED = 'applied';

/** Of a replica: the message that was applied last. */
export const readApplied = (db: Database): Applied => {
  const [seq = '0', mark = ''] = (readMeta(db, APPLIED) ?? '').split(' ');
  return { seq: Number(seq), mark };
};

export const writeApplied = (db: Database, { seq, mark }: Applied): void => {
  db.prepare(WRITE_META).run(APPLIED, `${seq} ${mark}`);
};

/**
 * Brings a connection to the durability we promise, and refuses to go on with less: an acknowledged append is on the
 * disk (a commit syncs the WAL only with synchronous=FULL), and readers never hinder the writer (WAL).
 */
export const prepareConnection = (db: Database): void => {
  db.exec('PRAGMA busy_timeout = 1000');
  const journal = db.prepare('PRAGMA journal_mode = WAL').get();
  if (journal?.journal_mode !== 'wal') throw new Error(`SQLite did not turn to WAL: ${journal?.journal_mode}`);
  // fullfsync: macOS alone needs it to get past the disk's own cache. The size limit gives room back after a burst.
  db.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA journal_size_limit = 67108864');
  db.exec('PRAGMA cache_size = -16384');
  const level = integer(db.prepare('PRAGMA synchronous').get(), 'synchronous');
  if (level !== 2) throw new Error(`SQLite did not turn to synchronous=FULL: ${level}`);
};

/** For a database that can be made anew from elsewhere: consistent after a crash, but its newest commits may be gone. */
export const prepareReplica = (db: Database): void => {
  prepareConnection(db);
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA fullfsync = OFF');
};

/** Creates the schema or brings it to this version, in one transaction; returns the epoch of the log. */
export const migrate = (db: Database): string => {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(META);
    const version = Number(readMeta(db, 'schemaVersion') ?? 0);
    if (version > SCHEMA_VERSION) {
      throw new Error(`The log has schema version ${version}, newer than this program's ${SCHEMA_VERSION}.`);
    }
    for (const migration of MIGRATIONS.slice(version)) db.exec(migration);
    const epoch = readMeta(db, 'epoch') ?? ulid();
    const write = db.prepare(WRITE_META);
    write.run('epoch', epoch);
    write.run('schemaVersion', String(SCHEMA_VERSION));
    db.exec('COMMIT');
    return epoch;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
};

/**
 * The name under which the log goes on. One that ends before a position that its clients were told of (a backup was put
 * in its place, or its newest transactions were removed) gives those positions out again, to other events: it is
 * another log from now on.
 */
export const renewedEpoch = (db: Database, epoch: string, known: KnownHeads): string => {
  const position = integer(db.prepare('SELECT max(position) AS position FROM events').get(), 'position', 0);
  if (position >= (known.get(epoch) ?? 0)) return epoch;
  const renewed = ulid();
  db.prepare(WRITE_META).run('epoch', renewed);
  return renewed;
};
