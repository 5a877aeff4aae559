import type { LoggedEvent, Page, ReadRange } from './event-log.ts';
import { createScanner, EVENT_COLUMNS, toEvent } from './scanner.ts';
import { readApplied } from './schema.ts';
import { type Database, integer, type SqlValue, type Statement, text } from './sqlite.ts';
import type { BatchReply, Failed, ReadReply, ReadRequest } from './wire.ts';

/** Answers a batch of reads on one connection, all as of one moment. A read that fails fails alone. */
export const createReader = (db: Database): ((requests: readonly ReadRequest[]) => BatchReply<ReadReply>) => {
  const begin = db.prepare('BEGIN');
  const commit = db.prepare('COMMIT');
  const streamId = db.prepare('SELECT id FROM streams WHERE tenant_id = ? AND stream = ?');
  const headOf = db.prepare('SELECT max(seq) AS seq FROM events WHERE stream_id = ?');
  // CROSS JOIN fixes the order: by event id first, which has few rows, not through all streams of the tenant.
  const find = db.prepare(
    `SELECT ${EVENT_COLUMNS}, stream FROM events CROSS JOIN streams ON streams.id = events.stream_id
     WHERE event_id = ? AND tenant_id = ? ORDER BY position DESC LIMIT 1`,
  );
  const get = db.prepare(
    'SELECT value, revision FROM state WHERE bucket = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)',
  );
  const readPage = createPageReader(db);
  const scan = createScanner(db);

  const idOf = (tenantId: string, stream: string): number => integer(streamId.get(tenantId, stream), 'id', 0);
  const head = (id: number): number => integer(headOf.get(id), 'seq', 0);

  const answer = (request: ReadRequest): ReadReply => {
    switch (request[0]) {
      case 'read': {
        const id = idOf(request[1].tenantId, request[1].stream);
        return ['page', { events: readPage(id, request[1]), headSeq: head(id) }];
      }
      case 'head':
        return ['head', head(idOf(request[1], request[2]))];
      case 'scan':
        return ['scanned', scan(request[1])];
      case 'find': {
        const row = find.get(request[2], request[1]);
        return ['found', row && toEvent(row, request[1], text(row, 'stream'))];
      }
      case 'applied':
        return ['appliedTo', readApplied(db)];
      case 'get': {
        const row = get.get(request[1], request[2], request[3]);
        return row ? ['entry', text(row, 'value'), integer(row, 'revision')] : ['entry', undefined, 0];
      }
    }
  };

  const answerOrFail = (request: ReadRequest): ReadReply | Failed => {
    try {
      return answer(request);
    } catch (error) {
      return ['failed', error instanceof Error ? error.message : String(error)];
    }
  };

  // A page without the events up to its own head would be taken for one at the end.
  return (requests) => {
    begin.run();
    try {
      return { replies: requests.map(answerOrFail) };
    } finally {
      commit.run();
    }
  };
};

/** A text as a pattern of LIKE that finds it anywhere. */
const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

const createPageReader = (db: Database): ((id: number, range: ReadRange) => Page['events']) => {
  const statements = new Map<string, Statement>();
  const select = (conditions: string, order: 'ASC' | 'DESC'): Statement => {
    const name = `${order}${conditions}`;
    const known = statements.get(name);
    if (known) return known;
    const statement = db.prepare(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE stream_id = ? AND seq > ? AND seq < ?${conditions}
       ORDER BY seq ${order} LIMIT ?`,
    );
    statements.set(name, statement);
    return statement;
  };

  return (id, range) => {
    const { tenantId, stream, afterSeq = 0, beforeSeq = Number.MAX_SAFE_INTEGER, take, limit, maxBytes, only } = range;
    const values: SqlValue[] = [id, afterSeq, beforeSeq];
    let conditions = '';
    if (only?.method !== undefined) {
      conditions += ' AND method = ?';
      values.push(only.method);
    }
    for (const text of only?.contains ?? []) {
      conditions += ` AND params LIKE ? ESCAPE '\\'`;
      values.push(anywhere(text));
    }
    const rows = select(conditions, take === 'descending' ? 'DESC' : 'ASC').iterate(...values, limit);
    const events: LoggedEvent[] = [];
    let bytes = 0;
    for (const row of rows) {
      const event = toEvent(row, tenantId, stream);
      if (maxBytes !== undefined) {
        bytes += Buffer.byteLength(event.params);
        if (bytes > maxBytes && events.length > 0) break;
      }
      events.push(event);
    }
    return take === 'descending' ? events.reverse() : events;
  };
};
