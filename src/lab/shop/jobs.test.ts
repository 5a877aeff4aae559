import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createTracer } from '../runtime/trace.ts';
import { blueprintOf } from './blueprint.ts';
import { createJobs } from './jobs.ts';
import { openDatabase } from './sqlite.ts';

const shop = blueprintOf('jobs');

const shopWithJobs = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lab-jobs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'shop.db');
  const database = await openDatabase(file);
  onTestFinished(() => database.close());
  database.exec(`PRAGMA journal_mode = WAL; CREATE TABLE ${shop.table} (id INTEGER PRIMARY KEY, ${shop.note} TEXT)`);
  database.exec('PRAGMA busy_timeout = 0');
  const said: string[] = [];
  const log = (_level: string, message: string, fields: object = {}): void =>
    void said.push(`${message} ${'job' in fields ? String(fields.job) : ''}`);
  const jobs = createJobs(
    { name: 'worker', span: (name, kind) => createTracer('worker', () => undefined).start(name, kind, undefined), log },
    shop,
    file,
  );
  onTestFinished(() => jobs.stop(undefined));
  const canWrite = (): boolean => {
    try {
      database.exec('BEGIN IMMEDIATE; COMMIT');
      return true;
    } catch {
      return false;
    }
  };
  return { jobs, said, canWrite };
};

const LONG = 4_000;

it('a job in one transaction keeps the write lock, and is listed, also while another job runs beside it', async () => {
  const { jobs, said, canWrite } = await shopWithJobs();
  jobs.run('short_chunks', 'ana', 3, false);
  jobs.run('all_at_once', 'bea', LONG, true);
  await expect.poll(() => jobs.transactions().map(({ job }) => job)).toEqual(['all_at_once']);
  jobs.run('more_chunks', 'ana', 3, false);
  await expect.poll(() => said).toContain('job started more_chunks');
  const [open] = jobs.transactions();
  expect([open?.job, open?.holdsWriteLock, canWrite()]).toEqual(['all_at_once', true, false]);
  jobs.stop(open?.transactionId);
  await expect.poll(() => said).toContain('job stopped, rolled back all_at_once');
  await expect.poll(() => said, { timeout: 10_000 }).toContain('job done more_chunks');
  expect(jobs.transactions()).toEqual([]);
  expect(canWrite()).toBe(true);
});

it('stopping all of them leaves no lock behind', async () => {
  const { jobs, said, canWrite } = await shopWithJobs();
  jobs.run('all_at_once', 'bea', LONG, true);
  await expect.poll(() => jobs.transactions()).toHaveLength(1);
  jobs.run('waits_for_the_lock', 'ana', 3, false);
  await expect.poll(() => said).toContain('job started waits_for_the_lock');
  jobs.stop(undefined);
  await expect
    .poll(() => said)
    .toEqual(
      expect.arrayContaining(['job stopped, rolled back all_at_once', 'job stopped, rolled back waits_for_the_lock']),
    );
  expect(canWrite()).toBe(true);
});
