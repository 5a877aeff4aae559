import type { LoggedEvent } from './event-log.ts';
import { type Database, integer, type Row, type SqlValue, type Statement, text } from './sqlite.ts';

/** How many events one step of a scan looks at, so that a rare method does not keep the other reads waiting. */
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

export type ScanStep = {
  afterPosition: number;
  limit: number;
  /** Bytes of params; a step holds at least one event all the same, where it finds one. */
  maxBytes: number;
  tenantId: string | null;
  methods: readonly string[] | null;
};

/** All there is up to `examinedTo`: 'end' where no event lies behind it, 'full' where the bytes did not suffice. */
export type Scanned = { events: LoggedEvent[]; examinedTo: number | 'end' | 'full' };

/** One step of a scan: up to `limit` events in the log's order, out of a bounded number of events. */
export const createScanner = (db: Database): ((step: ScanStep) => Scanned) => {
  const newest = db.prepare('SELECT max(position) AS position FROM events');
  const tenantNumber = db.prepare('SELECT id FROM tenants WHERE tenant_id = ?');
  // Positions may have holes of any size.
  const lastOfAll = db.prepare(
    `SELECT position FROM events WHERE position > ? ORDER BY position LIMIT 1 OFFSET ${SCAN_STEP - 1}`,
  );
  // Nothing but the index is read for this, so that a tenant's own events are all that a step looks at.
  const lastOfTenant = db.prepare(
    `SELECT position FROM events WHERE tenant = ? AND position > ? ORDER BY position LIMIT 1 OFFSET ${SCAN_STEP - 1}`,
  );
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

  const endOfStep = (afterPosition: number, tenant: number | null, end: number): number => {
    const last = tenant === null ? lastOfAll.get(afterPosition) : lastOfTenant.get(tenant, afterPosition);
    return Math.min(integer(last, 'position', end), end);
  };

  return ({ afterPosition, limit, maxBytes, tenantId, methods }) => {
    const tenant = tenantId === null ? null : integer(tenantNumber.get(tenantId), 'id', 0);
    const end = integer(newest.get(), 'position', 0);
    const upTo = endOfStep(afterPosition, tenant, end);
    const values: SqlValue[] = [afterPosition, upTo];
    let conditions = '';
    if (methods !== null) {
      conditions += ' AND method IN (SELECT value FROM json_each(?))';
      values.push(JSON.stringify(methods));
    }
    if (tenant !== null) {
      conditions += ' AND tenant = ?';
      values.push(tenant);
    }
    const events: LoggedEvent[] = [];
    let bytes = 0;
    for (const row of select(conditions).iterate(...values, limit)) {
      const event = toEvent(row, text(row, 'tenant_id'), text(row, 'stream'));
      bytes += Buffer.byteLength(event.params);
      if (bytes > maxBytes && events.length > 0) return { events, examinedTo: 'full' };
      events.push(event);
    }
    return { events, examinedTo: upTo >= end ? 'end' : upTo };
  };
};
