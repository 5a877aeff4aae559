import type { LoggedEvent } from './event-log.ts';
import { type Database, integer, type Row, type SqlValue, type Statement, text } from './sqlite.ts';

/** How many positions one step of a scan looks at, so that a rare method does not keep the other reads waiting. */
export const SCAN_STEP = 10_000;

export const EVENT_COLUMNS = 'position, seq, event_id, method, key, params';

/** The event in a row of EVENT_COLUMNS. */
export const toEvent = (row: Row, tenantId: string, stream: string): LoggedEvent => ({
  tenantId,
  stream,
  seq: integer(row, 'seq'),
  position: integer(row, 'position'),
  eventId: text(row, 'event_id'),
  method: text(row, 'method'),
  key: text(row, 'key'),
  params: text(row, 'params'),
});

export type Scanned = { events: LoggedEvent[]; examinedTo: number | 'end' };

/** One step of a scan: up to `limit` events in the log's order, out of a bounded number of positions. */
export const createScanner = (
  db: Database,
): ((afterPosition: number, limit: number, tenantId: string | null, methods: readonly string[] | null) => Scanned) => {
  const newest = db.prepare('SELECT max(position) AS position FROM events');
  const statements = new Map<string, Statement>();
  const select = (conditions: string): Statement => {
    const known = statements.get(conditions);
    if (known) return known;
    const statement = db.prepare(
      `SELECT ${EVENT_COLUMNS}, tenant_id, stream FROM events CROSS JOIN streams ON streams.id = events.stream_id
       WHERE position > ? AND position <= ?${conditions} ORDER BY position LIMIT ?`,
    );
    statements.set(conditions, statement);
    return statement;
  };

  return (afterPosition, limit, tenantId, methods) => {
    const end = integer(newest.get(), 'position', 0);
    const upTo = Math.min(afterPosition + SCAN_STEP, end);
    const values: SqlValue[] = [afterPosition, upTo];
    let conditions = '';
    if (methods !== null) {
      conditions += ' AND method IN (SELECT value FROM json_each(?))';
      values.push(JSON.stringify(methods));
    }
    if (tenantId !== null) {
      conditions += ' AND tenant_id = ?';
      values.push(tenantId);
    }
    const rows = select(conditions).all(...values, limit);
    const events = rows.map((row) => toEvent(row, text(row, 'tenant_id'), text(row, 'stream')));
    return { events, examinedTo: upTo >= end ? 'end' : upTo };
  };
};
