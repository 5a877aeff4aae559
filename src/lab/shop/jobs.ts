import { setTimeout as sleep } from 'node:timers/promises';
import type { Blueprint } from './blueprint.ts';
import type { Service } from './service.ts';
import { type Database, openDatabase } from './sqlite.ts';

export type Transaction = {
  transactionId: string;
  service: string;
  job: string;
  startedAt: string;
  ageMs: number;
  holdsWriteLock: boolean;
  statement: string;
  author: string;
};

const ROWS_A_CHUNK = 120;
const BETWEEN_CHUNKS_MS = 150;
const COMMIT_PAUSE_MS = 250;
/** A job that nobody stops ends by itself; the disk and the log of writes stay small. */
const AT_MOST_MS = 10 * 60_000;

type Open = {
  startedAt: number;
  stopped: boolean;
  transactionId: string;
  statement: string;
  job: string;
  author: string;
};

/** Work over many rows, in a transaction for each chunk or, where its author wanted it so, in one for all. */
export const createJobs = (service: Service, shop: Blueprint, file: string) => {
  let open: Open | undefined;
  let last = 0;
  let database: Database | undefined;
  const statement = `UPDATE ${shop.table} SET ${shop.note} = ${shop.note} WHERE id BETWEEN ? AND ?`;

  const begin = async (target: Database, isStopped: () => boolean): Promise<boolean> => {
    while (!isStopped()) {
      try {
        target.exec('BEGIN IMMEDIATE');
        return true;
      } catch {
        await sleep(20);
      }
    }
    return false;
  };

  const run = async (job: string, author: string, chunks: number, inOne: boolean): Promise<void> => {
    database ??= await openDatabase(file);
    database.exec('PRAGMA busy_timeout = 0');
    const target = database;
    last += 1;
    const mine: Open = {
      startedAt: Date.now(),
      stopped: false,
      transactionId: `tx_${process.pid}_${last}`,
      statement,
      job,
      author,
    };
    const isStopped = (): boolean => mine.stopped || Date.now() - mine.startedAt > AT_MOST_MS;
    const span = service.span(job, 'job');
    service.log('info', 'job started', { job, chunks, rowsAChunk: ROWS_A_CHUNK, traceId: span.traceId });
    for (let chunk = 0; chunk < chunks && !isStopped(); chunk += 1) {
      if (open === undefined) {
        if (!(await begin(target, isStopped))) break;
        open = mine;
      }
      target.prepare(statement).run(chunk * ROWS_A_CHUNK, (chunk + 1) * ROWS_A_CHUNK);
      if (inOne) {
        await sleep(BETWEEN_CHUNKS_MS);
        continue;
      }
      target.exec('COMMIT');
      open = undefined;
      await sleep(COMMIT_PAUSE_MS);
    }
    if (open === mine) target.exec(isStopped() ? 'ROLLBACK' : 'COMMIT');
    open = undefined;
    span.end(mine.stopped ? 'stopped' : undefined);
    service.log(mine.stopped ? 'warn' : 'info', mine.stopped ? 'job stopped, rolled back' : 'job done', { job });
  };

  return {
    run: (job: string, author: string, chunks: number, inOne: boolean): void => {
      run(job, author, chunks, inOne).catch((error: unknown) => {
        open = undefined;
        service.log('error', 'job failed', { job, error: String(error) });
      });
    },
    transactions: (): Transaction[] =>
      open === undefined
        ? []
        : [
            {
              transactionId: open.transactionId,
              service: service.name,
              job: open.job,
              startedAt: new Date(open.startedAt).toISOString(),
              ageMs: Date.now() - open.startedAt,
              holdsWriteLock: true,
              statement: open.statement,
              author: open.author,
            },
          ],
    stop: (transactionId: string | undefined): void => {
      if (open !== undefined && (transactionId === undefined || open.transactionId === transactionId))
        open.stopped = true;
    },
  };
};
