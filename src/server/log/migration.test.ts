import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compiledUrl } from '../compiled.ts';
import { apiOf } from '../testing/api-client.ts';
import { openEventStream } from '../testing/event-stream.ts';
import { admin, bearer, stranger } from '../testing/people.ts';
import { failToStart, startServer } from '../testing/server-process.ts';
import { openEmbeddedLog } from './embedded-log.ts';
import { createScanner } from './scanner.ts';
import { migrate, prepareConnection } from './schema.ts';
import { type Database, openDatabase } from './sqlite.ts';
import { appendIds, idsOf, newEvent } from './testing/events.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { makeVersion1, VERSION_1_EPOCH } from './testing/version-1.ts';

const open = async (dataDir: string): Promise<Database> => {
  const db = await openDatabase(join(dataDir, 'log.db'));
  onTestFinished(() => db.close());
  prepareConnection(db);
  return db;
};

const versionOf = (db: Database): unknown =>
  db.prepare(`SELECT value FROM meta WHERE key = 'schemaVersion'`).get()?.value;

const version1 = async (progress: number): Promise<string> => {
  const dataDir = await temporaryDirectory();
  await makeVersion1(dataDir, progress);
  return dataDir;
};

const ofA = { tenantId: 'ten_a', stream: 'inc_a' };

test('a data directory of version 1 is opened with all that is in it, and goes on', async () => {
  const dataDir = await version1(300);
  const { log, state, close } = await openEmbeddedLog({ dataDir });
  onTestFinished(close);
  expect(log.epoch).toBe(VERSION_1_EPOCH);
  expect((await state.get('demo', 'secret'))?.value).toBe('a secret of version 1');
  const { events, headSeq } = await log.read({ ...ofA, limit: 1_000 });
  expect(headSeq).toBe(300);
  expect(idsOf(events)).toEqual(Array.from({ length: 300 }, (_, index) => `evt_${2 * index}`));
  expect(await appendIds(log, ['new', 'evt_0'], ofA)).toEqual([301, 1]);
  expect(await appendIds(log, ['first'], { tenantId: 'ten_new' })).toEqual([1]);
  for (const [tenantId, count] of [
    ['ten_a', 302],
    ['ten_b', 301],
    ['ten_new', 1],
    ['ten_none', 0],
  ] as const) {
    const scanned = await log.scan({ afterPosition: 0, limit: 1_000, tenantId });
    expect(scanned).toHaveLength(count);
    expect(new Set(scanned.map((event) => event.tenantId)).size).toBe(Math.min(1, count));
  }
});

test('a server started on a data directory of version 1 answers from it, each tenant its own', async () => {
  const dataDir = await version1(20);
  const server = await startServer({ dataDir });
  onTestFinished(() => server.stop());
  const [ana, zoe] = [await admin(), await stranger()];
  expect((await apiOf(server.address, ana).get('/v1/incidents')).body).toMatchObject({
    count: 1,
    incidents: [{ incidentId: 'inc_a', title: 'Of a', createdAt: '2026-01-02T03:04:05.000Z' }],
  });
  expect((await apiOf(server.address, zoe).get('/v1/investigation/inc_b/events')).body).toMatchObject({
    headSeq: 20,
    epoch: VERSION_1_EPOCH,
  });
  const stream = await openEventStream(`${server.address}/v1/notifications/stream`, {
    ...bearer(ana),
    'last-event-id': 'evt_30',
  });
  onTestFinished(stream.close);
  await expect.poll(() => stream.events.map(({ id }) => id)).toEqual(expect.arrayContaining(['evt_32', 'evt_38']));
  expect(stream.events.map(({ id }) => id)).not.toContain('evt_31');
  await server.restart();
  expect((await apiOf(server.address, ana).get('/v1/incidents/inc_a')).status).toBe(200);
});

test('a migration that fails leaves version 1 as it was, and succeeds once the cause is gone', async () => {
  const dataDir = await version1(10);
  const db = await open(dataDir);
  // The index is the migration's last step.
  db.exec('CREATE INDEX events_by_tenant ON events (seq)');
  const before = db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
  expect(() => migrate(db)).toThrow('events_by_tenant');
  expect(versionOf(db)).toBe('1');
  expect(db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()).toEqual(before);
  db.exec('DROP INDEX events_by_tenant');
  expect(migrate(db)).toBe(VERSION_1_EPOCH);
  expect(versionOf(db)).toBe('2');
});

test('a migration that is killed halfway is undone, and the next start makes it whole', async () => {
  const dataDir = await version1(40_000);
  const script = compiledUrl(import.meta.url, './testing/migrate-process.ts');
  const child = spawn(process.execPath, [script.pathname, join(dataDir, 'log.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  // More than the cache holds is written before the commit: by then the migration is under way.
  const size = async () => (await stat(join(dataDir, 'log.db-wal')).catch(() => ({ size: 0 }))).size;
  await expect.poll(size, { interval: 1, timeout: 10_000 }).toBeGreaterThan(0);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(output).toBe('');
  const { log, close } = await openEmbeddedLog({ dataDir });
  onTestFinished(close);
  expect(await log.head(ofA)).toBe(40_000);
  expect(await log.scan({ afterPosition: 0, limit: 100_000, tenantId: 'ten_a' })).toHaveLength(40_001);
}, 30_000);

test('a data directory of a newer version than this program knows is refused with one line, and left alone', async () => {
  const dataDir = await version1(1);
  const db = await open(dataDir);
  db.exec(`UPDATE meta SET value = '99' WHERE key = 'schemaVersion'`);
  const before = db.prepare('SELECT name, sql FROM sqlite_schema').all();
  const { code, stderr } = await failToStart({ DATA_DIR: dataDir });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^[^\n]*DATA_DIR [^\n]*schema version 99, newer than this program's 2[^\n]* for example DATA_DIR=[^\n]*\n$/,
  );
  expect(db.prepare('SELECT name, sql FROM sqlite_schema').all()).toEqual(before);
});

test('one step of a tenant’s scan gets past any number of events of others', async () => {
  const dataDir = await temporaryDirectory();
  const { log, close } = await openEmbeddedLog({ dataDir });
  await appendIds(log, ['first'], ofA);
  const others = Array.from({ length: 11_000 }, (_, index) => newEvent(`e${index}`));
  await log.append({ tenantId: 'ten_b', stream: 'inc_b', events: others });
  await appendIds(log, ['last'], ofA);
  await close();
  const scan = createScanner(await open(dataDir));
  const all = { afterPosition: 0, limit: 10, maxBytes: 1_000_000, methods: null };
  const step = scan({ ...all, tenantId: 'ten_a' });
  expect([idsOf(step.events), step.examinedTo]).toEqual([['first', 'last'], 'end']);
  expect(scan({ ...all, tenantId: 'ten_b', methods: ['none'] })).toEqual({ events: [], examinedTo: 10_001 });
});
