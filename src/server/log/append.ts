import { type Database, integer, type Statement } from './sqlite.ts';
import type { AppendReply, AppendRequest, EventTuple } from './wire.ts';

/** What we remember of a stream; id 0 while it has no row yet, and then its tenant is 0 too. */
type Stream = { id: number; tenant: number; head: number };

const MAX_REMEMBERED = 10_000;

/**
 * Appends within the transaction that its caller has begun; `forget` must follow a rollback. The events get the next
 * positions, or those from `position` on where it is given.
 */
export const createAppend = (
  db: Database,
): { append(request: AppendRequest, position?: number): AppendReply; forget(): void } => {
  const known = db.prepare(
    `SELECT streams.id, tenants.id AS tenant FROM streams JOIN tenants USING (tenant_id)
     WHERE tenant_id = ? AND stream = ?`,
  );
  const addTenant = db.prepare('INSERT INTO tenants (tenant_id) VALUES (?) ON CONFLICT (tenant_id) DO NOTHING');
  const tenantNumber = db.prepare('SELECT id FROM tenants WHERE tenant_id = ?');
  const addStream = db.prepare('INSERT INTO streams (tenant_id, stream) VALUES (?, ?)');
  const headOf = db.prepare('SELECT max(seq) AS seq FROM events WHERE stream_id = ?');
  const seqOf = db.prepare('SELECT seq FROM events WHERE event_id = ? AND stream_id = ?');
  const insert = db.prepare(
    `INSERT INTO events (position, stream_id, tenant, seq, event_id, method, key, params)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (event_id, stream_id) DO NOTHING`,
  );
  const newestOf = createNewestOf(db);
  const streams = new Map<string, Stream>();

  const recall = (tenantId: string, name: string): Stream => {
    const key = `${tenantId.length}:${tenantId}${name}`;
    const remembered = streams.get(key);
    if (remembered) return remembered;
    const row = known.get(tenantId, name);
    const stream = row
      ? {
          id: integer(row, 'id'),
          tenant: integer(row, 'tenant'),
          head: integer(headOf.get(integer(row, 'id')), 'seq', 0),
        }
      : { id: 0, tenant: 0, head: 0 };
    if (streams.size >= MAX_REMEMBERED) streams.clear();
    streams.set(key, stream);
    return stream;
  };

  const create = (stream: Stream, tenantId: string, name: string): void => {
    addTenant.run(tenantId);
    stream.tenant = integer(tenantNumber.get(tenantId), 'id');
    stream.id = Number(addStream.run(tenantId, name).lastInsertRowid);
  };

  const isStored = (stream: Stream, eventId: string): boolean =>
    stream.id !== 0 && seqOf.get(eventId, stream.id) !== undefined;

  const insertAll = (stream: Stream, events: readonly EventTuple[], position: number | undefined): number[] => {
    const seqsAndPositions: number[] = [];
    for (const [index, [eventId, method, key, params]] of events.entries()) {
      const { changes, lastInsertRowid } = insert.run(
        position === undefined ? null : position + index,
        stream.id,
        stream.tenant,
        stream.head + 1,
        eventId,
        method,
        key,
        params,
      );
      if (Number(changes) === 0) {
        seqsAndPositions.push(integer(seqOf.get(eventId, stream.id), 'seq'), 0);
      } else {
        stream.head += 1;
        seqsAndPositions.push(stream.head, Number(lastInsertRowid));
      }
    }
    return seqsAndPositions;
  };

  return {
    append([, tenantId, name, events, expectKey, expectSeq], position) {
      const stream = recall(tenantId, name);
      if (expectKey !== null) {
        // A retry of a decision that got through finds all of its events stored, and the expectation outdated by them.
        const isRetry = events.length > 0 && events.every(([eventId]) => isStored(stream, eventId));
        const newest = newestOf(stream.id, expectKey);
        if (!isRetry && newest !== expectSeq) return ['refused', newest];
      }
      if (stream.id === 0 && events.length > 0) create(stream, tenantId, name);
      return ['appended', insertAll(stream, events, position)];
    },
    forget: () => streams.clear(),
  };
};

/** The newest seq of a key; the empty key is not indexed, but is what nearly all events have, so it is found at once. */
const createNewestOf = (db: Database): ((streamId: number, key: string) => number) => {
  const select = (condition: string): Statement =>
    db.prepare(`SELECT seq FROM events WHERE stream_id = ? AND key = ? AND ${condition} ORDER BY seq DESC LIMIT 1`);
  const keyed = select(`key <> ''`);
  const unkeyed = select(`key = ''`);
  return (streamId, key) => integer((key === '' ? unkeyed : keyed).get(streamId, key), 'seq', 0);
};
