import { createAppend } from './append.ts';
import { createApply } from './apply.ts';
import { WRITE_META } from './schema.ts';
import { type Database, integer, text } from './sqlite.ts';
import type { BatchReply, Failed, WriteReply, WriteRequest } from './wire.ts';

/** SQLite's TOOBIG, CONSTRAINT, MISMATCH and RANGE: faults of the request, not of the storage. */
const REQUEST_FAULTS: ReadonlySet<unknown> = new Set([18, 19, 20, 25]);

const isStorageFault = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  !(typeof error.errcode === 'number' && REQUEST_FAULTS.has(error.errcode & 0xff));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Group commit: the returned function puts a batch of requests into one transaction and answers after COMMIT. Every
 * request checks before it writes, so one that is refused leaves nothing behind and needs no savepoint; one that
 * throws by its own fault is left out and the others are run again.
 */
export const createWriter = (db: Database): ((requests: readonly WriteRequest[]) => BatchReply<WriteReply>) => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const events = createAppend(db);
  const applyMessage = createApply(db, events.append);
  const applyToState = createStateWriter(db);

  const apply = (request: WriteRequest): WriteReply => {
    if (request[0] === 'append') return events.append(request);
    return request[0] === 'apply' ? applyMessage(request) : applyToState(request);
  };

  return (requests) => {
    const failed = new Map<number, Failed>();
    for (;;) {
      let current = -1;
      try {
        begin.run();
        const replies = requests.map((request, index) => {
          const failure = failed.get(index);
          if (failure) return failure;
          current = index;
          return apply(request);
        });
        current = -1;
        const before = performance.now();
        commit.run();
        return { replies, commitMs: performance.now() - before };
      } catch (error) {
        events.forget();
        rollBack(db);
        if (current < 0 || isStorageFault(error)) return { unavailable: messageOf(error) };
        failed.set(current, ['failed', messageOf(error)]);
      }
    }
  };
};

const rollBack = (db: Database): void => {
  try {
    db.exec('ROLLBACK');
  } catch {
    // A full disk or a failed write has rolled it back already, and a failed BEGIN began nothing.
  }
};

/** The requests of the state store; an entry's revision is its row id, which AUTOINCREMENT never gives out again. */
const createStateWriter = (
  db: Database,
): ((request: Exclude<WriteRequest, readonly ['append' | 'apply', ...unknown[]]>) => WriteReply) => {
  const live = db.prepare(
    'SELECT revision FROM state WHERE bucket = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)',
  );
  const put = db.prepare('INSERT OR REPLACE INTO state (bucket, key, value, expires_at) VALUES (?, ?, ?, ?)');
  const take = db.prepare('DELETE FROM state WHERE bucket = ? AND key = ? RETURNING value, revision, expires_at');
  const remove = db.prepare('DELETE FROM state WHERE bucket = ? AND key = ?');
  const sweep = db.prepare('DELETE FROM state WHERE expires_at <= ?');
  const writeMeta = db.prepare(WRITE_META);

  return (request) => {
    switch (request[0]) {
      case 'put': {
        const [, bucket, key, value, now, expiresAt, expect] = request;
        if (expect !== null) {
          const revision = live.get(bucket, key, now)?.revision;
          if (revision !== (expect === 'absent' ? undefined : expect)) return ['put', undefined];
        }
        return ['put', Number(put.run(bucket, key, value, expiresAt).lastInsertRowid)];
      }
      case 'take': {
        const [, bucket, key, now] = request;
        // All rows are asked for, because a statement left unfinished would keep the transaction from committing.
        const [row] = take.all(bucket, key);
        if (!row || (row.expires_at !== null && integer(row, 'expires_at') <= now)) return ['entry', undefined, 0];
        return ['entry', text(row, 'value'), integer(row, 'revision')];
      }
      case 'delete':
        remove.run(request[1], request[2]);
        return ['done'];
      case 'sweep':
        sweep.run(request[1]);
        // Written even when nothing expired: the sweep is also how we notice that a full disk has room again.
        writeMeta.run('sweptAt', String(request[1]));
        return ['done'];
    }
  };
};
