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

type Running = {
  startedAt: number;
  stopped: boolean;
  /** Its transaction is open, and the write lock its own. */
  holds: boolean;
  transactionId: string;
  statement: string;
  job: string;
  author: string;
};

/** Work over many rows, in a transaction for each chunk or, where its author wanted it so, in one for all. */
export const createJobs = (service: Pick<Service, 'name' | 'span' | 'log'>, shop: Blueprint, file: string) => {
  /** Jobs may run at once: each has a connection of its own, and at most one of them the write lock. */
  const running = new Set<Running>();
  let last = 0;
  const statement = `UPDATE ${shop.table} SET ${shop.note} = ${shop.note} WHERE id BETWEEN ? AND ?`;

  const begin = async (database: Database, isStopped: () => boolean): Promise<boolean> => {
    while (!isStopped()) {
      try {
        database.exec('BEGIN IMMEDIATE');
        return true;
      } catch {
        await sleep(20);
      }
    }
    return false;
  };

  const work = async (database: Database, mine: Running, chunks: number, inOne: boolean): Promise<void> => {
    const isStopped = (): boolean => mine.stopped || Date.now() - mine.startedAt > AT_MOST_MS;
    const end = (how: 'COMMIT' | 'ROLLBACK'): void => {
      if (!mine.holds) return;
      mine.holds = false;
      database.exec(how);
    };
    for (let chunk = 0; chunk < chunks && !isStopped(); chunk += 1) {
      if (!mine.holds) {
        if (!(await begin(database, isStopped))) break;
        mine.holds = true;
      }
      database.prepare(statement).run(chunk * ROWS_A_CHUNK, (chunk + 1) * ROWS_A_CHUNK);
      if (!inOne) end('COMMIT');
      await sleep(inOne ? BETWEEN_CHUNKS_MS : COMMIT_PAUSE_MS);
    }
    end(isStopped() ? 'ROLLBACK' : 'COMMIT');
  };

  const run = async (job: string, author: string, chunks: number, inOne: boolean): Promise<void> => {
    last += 1;
    const transactionId = `tx_${process.pid}_${last}`;
    const mine: Running = {
      startedAt: Date.now(),
      stopped: false,
      holds: false,
      transactionId,
      statement,
      job,
      author,
    };
    const span = service.span(job, 'job');
    service.log('info', 'job started', { job, chunks, rowsAChunk: ROWS_A_CHUNK, traceId: span.traceId });
    running.add(mine);
    const database = await openDatabase(file);
    try {
      database.exec('PRAGMA busy_timeout = 0');
      await work(database, mine, chunks, inOne);
    } finally {
      running.delete(mine);
      database.close();
    }
    span.end(mine.stopped ? 'stopped' : undefined);
    service.log(mine.stopped ? 'warn' : 'info', mine.stopped ? 'job stopped, rolled back' : 'job done', { job });
  };

  return {
    run: (job: string, author: string, chunks: number, inOne: boolean): void => {
      run(job, author, chunks, inOne).catch((error: unknown) => {
        service.log('error', 'job failed', { job, error: String(error) });
      });
    },
    /** Those that are open at the moment. */
    transactions: (): Transaction[] =>
      [...running]
        .filter(({ holds }) => holds)
        .map(({ transactionId, job, startedAt, statement, author }) => ({
          transactionId,
          service: service.name,
          job,
          startedAt: new Date(startedAt).toISOString(),
          ageMs: Date.now() - startedAt,
          holdsWriteLock: true,
          statement,
          author,
        })),
    /** Ends the job with this transaction, or all of them. */
    stop: (transactionId: string | undefined): void => {
      for (const one of running)
        if (transactionId === undefined || one.transactionId === transactionId) one.stopped = true;
    },
  };
};
