import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from './sqlite.ts';

/** Keeps held connections reachable: a collected connection would silently give its lock up. */
const held = new Set<Database>();

/**
 * Takes the data directory for this process. The lock is SQLite's exclusive lock on an empty database: the kernel
 * drops it with the process, however that ends, and it cannot be mistaken as a pid can be that was given out again.
 * The pid file beside it only names the holder in the error.
 */
export const lockDataDir = async (dataDir: string): Promise<() => Promise<void>> => {
  const pidFile = join(dataDir, 'lock.pid');
  const db = await openDatabase(join(dataDir, 'lock.db'));
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    const pid = await readFile(pidFile, 'utf8').catch(() => '');
    throw new Error(`DATA_DIR ${dataDir} is in use by ${pid === '' ? 'another process' : `process ${pid}`}`);
  }
  held.add(db);
  const release = async (): Promise<void> => {
    await rm(pidFile, { force: true });
    held.delete(db);
    db.close();
  };
  try {
    await writeFile(pidFile, String(process.pid));
  } catch (error) {
    held.delete(db);
    db.close();
    throw error;
  }
  return release;
};

const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === 5;
