import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../runtime/http-server.ts';
import type { Service } from './service.ts';

const RETRY_MS = 15;

const isLocked = (error: unknown): boolean => /database is locked|SQLITE_BUSY/i.test(String(error));

/**
 * One writer at a time is all that SQLite knows. Waiting is done here and not in SQLite, whose waiting would stop the
 * whole process; after `timeoutMs` the request is told.
 */
export const createWriteTurns = ({ name, metrics, log }: Service, timeoutMs: () => number) => {
  const observeWait = metrics.histogram('db_write_wait_seconds', 'Time a write waited for the lock.');
  const countTimeout = metrics.counter('db_lock_timeouts_total', 'Writes given up because the database was locked.');
  countTimeout({ service: name }, 0);
  return async <T>(what: string, traceId: string, write: () => T): Promise<T> => {
    const began = performance.now();
    const waited = (): number => performance.now() - began;
    for (;;) {
      try {
        const result = write();
        observeWait({ service: name }, waited() / 1000);
        return result;
      } catch (error) {
        if (!isLocked(error)) throw error;
        if (waited() > timeoutMs()) {
          observeWait({ service: name }, waited() / 1000);
          countTimeout({ service: name });
          log('error', 'write given up: database is locked', { write: what, waitedMs: Math.round(waited()), traceId });
          throw new Refusal(503, { error: `database is locked: ${what} waited ${Math.round(waited())} ms` });
        }
        await sleep(RETRY_MS);
      }
    }
  };
};
