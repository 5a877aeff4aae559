import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../sqlite.ts';

/** The schema as version 1 made it, word for word; it never changes again. */
const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
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
`;

export const VERSION_1_EPOCH = '01JVERSION1EPOCH0000000000';

/**
 * Makes a data directory as version 1 left it: of `ten_a` an incident with `progress` reports, of `ten_b` another with
 * as many, the two in turn, and an entry of state.
 */
export const makeVersion1 = async (dataDir: string, progress: number): Promise<void> => {
  await mkdir(dataDir, { recursive: true });
  const db = await openDatabase(join(dataDir, 'log.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN');
  db.exec(SCHEMA);
  const insert = 'INSERT INTO events (stream_id, seq, event_id, method, key, params)';
  const created = (tenant: string) =>
    `json_object('eventId', 'evt_created_${tenant}', 'incidentId', 'inc_${tenant}', 'title', 'Of ${tenant}',
      'severity', 'high', 'status', 'open', 'source', 'manual', 'timestamp', '2026-01-02T03:04:05.000Z')`;
  db.exec(`
    INSERT INTO meta VALUES ('epoch', '${VERSION_1_EPOCH}'), ('schemaVersion', '1');
    INSERT INTO streams VALUES (1, 'ten_a', '@tenant'), (2, 'ten_b', '@tenant'), (3, 'ten_a', 'inc_a'), (4, 'ten_b', 'inc_b');
    ${insert} VALUES (1, 1, 'evt_created_a', 'incident.created', '', ${created('a')});
    ${insert} VALUES (2, 1, 'evt_created_b', 'incident.created', '', ${created('b')});
    ${insert}
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers LIMIT ${2 * progress})
      SELECT 3 + n % 2, 1 + n / 2, 'evt_' || n, 'investigation.progress', '',
        json_object('eventId', 'evt_' || n, 'agentName', 'Logs', 'message', 'm' || n, 'padding', hex(zeroblob(100)))
      FROM numbers;
    INSERT INTO state (bucket, key, value) VALUES ('demo', 'secret', '"a secret of version 1"');
    COMMIT;
  `);
  db.close();
};
