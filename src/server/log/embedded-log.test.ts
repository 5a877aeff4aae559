import { copyFile, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openEmbeddedLog } from './embedded-log.ts';
import { LogUnavailable } from './event-log.ts';
import { openDatabase } from './sqlite.ts';
import { describeEventLog } from './testing/conformance.ts';
import { appendIds, idsOf, newEvent, STREAM } from './testing/events.ts';
import { describeStateStore } from './testing/state-conformance.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

describeEventLog('The embedded log', async () => (await openEmbeddedLog({ dataDir: await temporaryDirectory() })).log);

describeStateStore('The embedded log', async (now) => openEmbeddedLog({ dataDir: await temporaryDirectory(), now }));

const open = async (dataDir: string) => {
  const opened = await openEmbeddedLog({ dataDir });
  onTestFinished(opened.close);
  return opened;
};

const openRaw = async (dataDir: string) => {
  const db = await openDatabase(join(dataDir, 'log.db'));
  onTestFinished(() => db.close());
  return db;
};

test('the seqs of a stream are dense, whatever is refused or sent twice in between', async () => {
  const { log } = await open(await temporaryDirectory());
  await appendIds(log, ['a', 'b']);
  await appendIds(log, ['b', 'c'], { stream: 'inc_2' });
  await appendIds(log, ['b', 'c']);
  await log.append({ ...STREAM, events: [newEvent('refused')], expect: { key: '', seq: 99 } });
  expect(await appendIds(log, ['a', 'd', 'd', 'e'])).toEqual([1, 4, 4, 5]);
});

test('the appends of one tick share a commit, and so reach the listeners as one batch', async () => {
  const { log } = await open(await temporaryDirectory());
  const batches: string[][] = [];
  log.tail((events) => void batches.push(idsOf(events)));
  await Promise.all(['a', 'b', 'c'].map((id) => appendIds(log, [id], { stream: id })));
  expect(batches).toEqual([['a', 'b', 'c']]);
});

test('more appends than a group holds all get through in order', async () => {
  const { log } = await open(await temporaryDirectory());
  const ids = Array.from({ length: 3_000 }, (_, index) => `e${index}`);
  const seqs = await Promise.all(ids.map((id) => appendIds(log, [id])));
  expect(seqs.flat()).toEqual(ids.map((_, index) => index + 1));
});

test('a scan for a rare method looks through more than one step of the log', async () => {
  const { log } = await open(await temporaryDirectory());
  const many = Array.from({ length: 11_000 }, (_, index) => newEvent(`e${index}`));
  await log.append({ ...STREAM, events: [newEvent('first', { method: 'rare' }), ...many] });
  await log.append({ ...STREAM, events: [newEvent('last', { method: 'rare' })] });
  expect(idsOf(await log.scan({ afterPosition: 0, limit: 5, methods: ['rare'] }))).toEqual(['first', 'last']);
});

test.each(['a\0b', '\ud800'])('text that SQLite would change is refused everywhere: %j', async (text) => {
  const { log, state } = await open(await temporaryDirectory());
  await appendIds(log, ['a'], { tenantId: 'ten', stream: 'inc' });
  const appends = [
    { ...STREAM, tenantId: text, events: [] },
    { ...STREAM, stream: text, events: [] },
    { ...STREAM, events: [], expect: { key: text, seq: 0 } },
    ...(['eventId', 'method', 'key', 'params'] as const).map((field) => ({
      ...STREAM,
      events: [newEvent('fine'), newEvent('b', { [field]: text })],
    })),
  ];
  const calls = [
    ...appends.map((append) => log.append(append)),
    log.read({ ...STREAM, tenantId: text, limit: 1 }),
    log.head({ ...STREAM, stream: text }),
    log.count({ ...STREAM, tenantId: text }),
    log.scan({ afterPosition: 0, limit: 1, tenantId: text }),
    log.scan({ afterPosition: 0, limit: 1, methods: [text] }),
    log.find('ten', text),
    state.put(text, 'k', 1),
    state.get('b', text),
    state.take(text, 'k'),
    state.delete('b', text),
  ];
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) });
  }
  expect(log.health()).toBe('healthy');
  expect(await log.scan({ afterPosition: 0, limit: 10 })).toHaveLength(1);
});

test('a value of the state may hold any text, because JSON escapes what SQLite would change', async () => {
  const { state } = await open(await temporaryDirectory());
  await state.put('b', 'k', { text: 'a\0b \ud800' });
  expect((await state.get('b', 'k'))?.value).toEqual({ text: 'a\0b \ud800' });
});

test('a log that is opened again holds everything and goes on where it was', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openEmbeddedLog({ dataDir });
  await appendIds(first.log, ['a', 'b']);
  const revision = await first.state.put('b', 'k', 'kept');
  await first.close();
  const { log, state } = await open(dataDir);
  const told: string[] = [];
  log.tail((events) => void told.push(...idsOf(events)));
  expect(await appendIds(log, ['b', 'c'])).toEqual([2, 3]);
  expect(told).toEqual(['c']);
  expect(await state.get('b', 'k')).toEqual({ value: 'kept', revision });
});

test('the epoch stays when the log is opened again and changes when it was removed', async () => {
  const dataDir = await temporaryDirectory();
  const epochs: string[] = [];
  for (const removed of [false, false, true]) {
    if (removed) await rm(join(dataDir, 'log.db'));
    const { log, close } = await openEmbeddedLog({ dataDir });
    epochs.push(log.epoch);
    await close();
  }
  expect(epochs[0]).toMatch(/^[0-9A-Z]{26}$/);
  expect(epochs[1]).toBe(epochs[0]);
  expect(epochs[2]).not.toBe(epochs[0]);
});

test('a log that is shorter than clients were told has another epoch, whether an old backup or a lost WAL made it so', async () => {
  const dataDir = await temporaryDirectory();
  const epochs: string[] = [];
  const use = async (ids: readonly string[]): Promise<void> => {
    const { log, close } = await openEmbeddedLog({ dataDir });
    epochs.push(log.epoch);
    await appendIds(log, ids);
    await close();
  };
  const path = join(dataDir, 'log.db');
  await use(['a', 'b']);
  await copyFile(path, `${path}.backup`);
  await use(['c']);
  expect(epochs).toEqual([epochs[0], epochs[0]]);
  await copyFile(`${path}.backup`, path);
  await use(['d', 'e', 'f']);
  expect(epochs[2]).not.toBe(epochs[0]);
  // The same backup once more: its name was given up, and stays so.
  await copyFile(`${path}.backup`, path);
  await use([]);
  expect(new Set(epochs).size).toBe(3);
  await use([]);
  expect(epochs[4]).toBe(epochs[3]);
});

test('a data directory that is missing is made for this user alone', async () => {
  const dataDir = join(await temporaryDirectory(), 'new', 'data');
  await open(dataDir);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('a data directory in use is refused with the process that has it, and is free again after closing', async () => {
  const dataDir = await temporaryDirectory();
  const { close } = await openEmbeddedLog({ dataDir });
  const message = `DATA_DIR ${dataDir} is in use by process ${process.pid}`;
  await expect(openEmbeddedLog({ dataDir })).rejects.toThrow(message);
  await expect(openEmbeddedLog({ dataDir })).rejects.toThrow(message);
  await close();
  await open(dataDir);
});

test('a log of a newer schema is refused and left alone, and the directory is not held', async () => {
  const dataDir = await temporaryDirectory();
  await (await openEmbeddedLog({ dataDir })).close();
  const db = await openRaw(dataDir);
  db.exec(`UPDATE meta SET value = '999' WHERE key = 'schemaVersion'`);
  await expect(openEmbeddedLog({ dataDir })).rejects.toThrow(/schema version 999, newer than/);
  db.exec(`UPDATE meta SET value = '2' WHERE key = 'schemaVersion'`);
  await open(dataDir);
});

test('a file that is no database is refused and not overwritten', async () => {
  const dataDir = await temporaryDirectory();
  const text = 'not a database, but long enough to be looked at as one '.repeat(100);
  await writeFile(join(dataDir, 'log.db'), text);
  await expect(openEmbeddedLog({ dataDir })).rejects.toThrow(/not a database/);
  expect(await readFile(join(dataDir, 'log.db'), 'utf8')).toBe(text);
});

test('a log whose WAL ends in the middle of a record opens at the last whole transaction', async () => {
  const dataDir = await temporaryDirectory();
  const { log } = await open(dataDir);
  const wal = join(dataDir, 'log.db-wal');
  const sizes = [(await stat(wal)).size];
  for (let index = 0; index < 5; index += 1) {
    await appendIds(log, [`e${index}`, `e${index}+`]);
    sizes.push((await stat(wal)).size);
  }
  for (const [whole, size] of sizes.entries()) {
    const next = sizes[whole + 1] ?? size;
    for (const cut of new Set([size, size + 1, Math.floor((size + next) / 2), next - 1])) {
      if (cut < size) continue;
      const copy = join(dataDir, `copy-${cut}`);
      await mkdir(copy);
      await copyFile(join(dataDir, 'log.db'), join(copy, 'log.db'));
      await copyFile(wal, join(copy, 'log.db-wal'));
      await truncate(join(copy, 'log.db-wal'), cut);
      const reopened = await openEmbeddedLog({ dataDir: copy });
      expect(await reopened.log.count(STREAM)).toBe(2 * whole);
      expect(reopened.log.epoch).toBe(log.epoch);
      expect(await appendIds(reopened.log, ['next'])).toEqual([2 * whole + 1]);
      await reopened.close();
    }
  }
});

test('while the storage refuses appends reject, reads go on, and it recovers by itself', async () => {
  const dataDir = await temporaryDirectory();
  const { log, state } = await open(dataDir);
  await appendIds(log, ['a']);
  const told: string[] = [];
  log.tail((events) => void told.push(...idsOf(events)));
  const stranger = await openRaw(dataDir);
  stranger.exec('BEGIN IMMEDIATE');
  await expect(appendIds(log, ['b'])).rejects.toBeInstanceOf(LogUnavailable);
  expect(log.health()).toBe('unavailable');
  await expect(state.put('b', 'k', 1)).rejects.toBeInstanceOf(LogUnavailable);
  expect(idsOf((await log.read({ ...STREAM, limit: 10 })).events)).toEqual(['a']);
  expect(told).toEqual([]);
  stranger.exec('ROLLBACK');
  await vi.waitFor(() => expect(log.health()).toBe('healthy'), { timeout: 10_000 });
  expect(await appendIds(log, ['b'])).toEqual([2]);
  expect(told).toEqual(['b']);
}, 30_000);
