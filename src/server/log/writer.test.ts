import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrate, prepareConnection } from './schema.ts';
import { type Database, integer, openDatabase } from './sqlite.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import type { WriteRequest } from './wire.ts';
import { createWriter } from './writer.ts';

const openWriter = async () => {
  const db = await openDatabase(join(await temporaryDirectory(), 'log.db'));
  onTestFinished(() => db.close());
  prepareConnection(db);
  migrate(db);
  return { db, write: createWriter(db) };
};

const append = (eventId: string, params = '{}'): WriteRequest => [
  'append',
  'ten_1',
  'inc_1',
  [[eventId, 'method', '', params]],
  null,
  0,
];

const count = (db: Database, table: string): number =>
  integer(db.prepare(`SELECT count(*) AS count FROM ${table}`).get(), 'count');

test('a full disk refuses the group as a whole, and takes events again once there is room', async () => {
  const { db, write } = await openWriter();
  const pages = integer(db.prepare('PRAGMA page_count').get(), 'page_count');
  db.exec(`PRAGMA max_page_count = ${pages + 4}`);
  expect(write([append('small')])).toMatchObject({ replies: [['appended', [1, 1]]] });
  const group = [append('a'), append('big', 'x'.repeat(100_000)), append('b')];
  expect(write(group)).toEqual({ unavailable: 'database or disk is full' });
  expect(count(db, 'events')).toBe(1);
  db.exec(`PRAGMA max_page_count = ${pages + 4_000}`);
  expect(write(group)).toMatchObject({
    replies: [
      ['appended', [2, 2]],
      ['appended', [3, 3]],
      ['appended', [4, 4]],
    ],
  });
});

test('a request that SQLite cannot take fails alone, and leaves nothing behind', async () => {
  const { db, write } = await openWriter();
  const half: WriteRequest = [
    'append',
    'ten_1',
    'inc_2',
    [
      ['fine', 'method', '', '{}'],
      ['wrong', 'method', '', JSON.parse('null')],
    ],
    null,
    0,
  ];
  expect(write([append('a'), half, append('b')])).toMatchObject({
    replies: [
      ['appended', [1, 1]],
      ['failed', expect.any(String)],
      ['appended', [2, 2]],
    ],
  });
  expect(count(db, 'events')).toBe(2);
  expect(count(db, 'streams')).toBe(1);
});

test('a sweep removes what has expired and nothing else', async () => {
  const { db, write } = await openWriter();
  write([
    ['put', 'b', 'expired', '1', 0, 100, null],
    ['put', 'b', 'live', '1', 0, 101, null],
    ['put', 'b', 'stays', '1', 0, null, null],
  ]);
  expect(write([['sweep', 100]])).toMatchObject({ replies: [['done']] });
  expect(db.prepare('SELECT key FROM state ORDER BY key').all()).toMatchObject([{ key: 'live' }, { key: 'stays' }]);
});

test('a connection without WAL or synchronous=FULL is refused', async () => {
  const memory = await openDatabase(':memory:');
  onTestFinished(() => memory.close());
  expect(() => prepareConnection(memory)).toThrow('SQLite did not turn to WAL: memory');
  const { db } = await openWriter();
  const answer = (sql: string) => db.prepare(sql).get();
  expect(answer('PRAGMA journal_mode')).toMatchObject({ journal_mode: 'wal' });
  expect(answer('PRAGMA synchronous')).toMatchObject({ synchronous: 2 });
});
