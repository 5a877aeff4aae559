import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asDamage, assertReadable, assertWhole, DAMAGED } from './integrity.ts';
import { migrate, prepareConnection } from './schema.ts';
import { type Database, integer, openDatabase, text } from './sqlite.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import type { WriteRequest } from './wire.ts';
import { createWriter } from './writer.ts';

const open = async (directory: string): Promise<{ db: Database; epoch: string }> => {
  const db = await openDatabase(join(directory, 'log.db'));
  try {
    prepareConnection(db);
    assertReadable(db);
    const epoch = migrate(db);
    assertWhole(db);
    return { db, epoch };
  } catch (error) {
    db.close();
    throw asDamage(error);
  }
};

/** One transaction of two events; now and then a long one, which lies on pages of its own. */
const appendPair = (db: Database, number: number): void => {
  const padding = 'x'.repeat(number % 7 === 0 ? 9_000 : 300);
  const events = ['', '+'].map(
    (suffix) => [`e${number}${suffix}`, 'method', '', JSON.stringify({ number, padding })] as const,
  );
  const request: WriteRequest = ['append', `ten_${number % 2}`, 'inc_1', events, null, 0];
  const reply = createWriter(db)([request]);
  if (!('replies' in reply)) throw new Error(reply.unavailable);
};

const contentOf = (db: Database): string[] =>
  db
    .prepare('SELECT position, seq, event_id, params FROM events ORDER BY position')
    .all()
    .map((row) => `${integer(row, 'position')} ${integer(row, 'seq')} ${text(row, 'event_id')} ${text(row, 'params')}`);

const PAGE_BYTES = 4_096;

/** What a torn write leaves of a new page: sectors that were never written. */
const TEARS: readonly ((page: Uint8Array) => void)[] = [
  (page) => page.fill(0, PAGE_BYTES / 2),
  (page) => page.fill(0, 0, PAGE_BYTES / 2),
  (page) => page.fill(0, 512, 1_024),
];

/** Tears each page of the database in each way and opens it: refused, or all of it is there. */
const tearEach = async (source: string, whole: readonly string[], epoch: string) => {
  const outcomes = { whole: 0, refused: 0 };
  const file = readFileSync(join(source, 'log.db'));
  for (let at = 0; at < file.length; at += PAGE_BYTES) {
    for (const [way, tear] of TEARS.entries()) {
      const copy = join(source, `torn-${at}-${way}`);
      await mkdir(copy);
      for (const name of ['log.db', 'log.db-wal']) cpSync(join(source, name), join(copy, name), { force: true });
      const torn = Buffer.from(file);
      tear(torn.subarray(at, at + PAGE_BYTES));
      writeFileSync(join(copy, 'log.db'), torn);
      const opened = await open(copy).catch((error: unknown) => error);
      if (opened instanceof Error) {
        expect(opened.message).toMatch(new RegExp(`^${DAMAGED}: [^\\n]+$`));
        outcomes.refused += 1;
        continue;
      }
      const { db, epoch: found } = opened as Awaited<ReturnType<typeof open>>;
      // Not by toEqual: what it prints of so much text helps nobody.
      expect(JSON.stringify(contentOf(db)) === JSON.stringify(whole)).toBe(true);
      expect(found).toBe(epoch);
      db.close();
      outcomes.whole += 1;
    }
  }
  return outcomes;
};

test('a database with a torn page is refused, or holds everything: nothing is missing without a word', async () => {
  const directory = await temporaryDirectory();
  const { db, epoch } = await open(directory);
  for (let number = 0; number < 30; number += 1) appendPair(db, number);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const outcomes = await tearEach(directory, contentOf(db), epoch);
  db.close();
  expect(outcomes.refused).toBeGreaterThan(20);
}, 30_000);

test('a page that was torn while it was folded in is whole again from the WAL', async () => {
  const directory = await temporaryDirectory();
  const { db, epoch } = await open(directory);
  for (let number = 0; number < 8; number += 1) appendPair(db, number);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  for (let number = 8; number < 30; number += 1) appendPair(db, number);
  const outcomes = await tearEach(directory, contentOf(db), epoch);
  db.close();
  expect(outcomes.whole).toBeGreaterThan(10);
}, 30_000);

test('a WAL cut anywhere opens at its last whole transaction', async () => {
  const directory = await temporaryDirectory();
  const { db, epoch } = await open(directory);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const wal = join(directory, 'log.db-wal');
  const ends = [0];
  for (let number = 1; number < 5; number += 1) {
    appendPair(db, number);
    ends.push(statSync(wal).size);
  }
  const whole = contentOf(db);
  const bytes = readFileSync(wal);
  const HEADER_BYTES = 32;
  const FRAME_BYTES = 24 + PAGE_BYTES;
  const cuts = new Set([0, 1, HEADER_BYTES - 1, HEADER_BYTES]);
  for (let frame = HEADER_BYTES; frame < bytes.length; frame += FRAME_BYTES) {
    for (const within of [1, 24, 24 + PAGE_BYTES / 2, FRAME_BYTES - 1, FRAME_BYTES]) cuts.add(frame + within);
  }
  for (const cut of cuts) {
    const copy = join(directory, `cut-${cut}`);
    await mkdir(copy);
    cpSync(join(directory, 'log.db'), join(copy, 'log.db'));
    writeFileSync(join(copy, 'log.db-wal'), bytes.subarray(0, cut));
    const { db: reopened, epoch: found } = await open(copy);
    const transactions = ends.filter((end) => end > 0 && end <= cut).length;
    expect(contentOf(reopened)).toEqual(whole.slice(0, 2 * transactions));
    expect(found).toBe(epoch);
    appendPair(reopened, 100);
    expect(contentOf(reopened)).toHaveLength(2 * transactions + 2);
    reopened.close();
  }
  db.close();
}, 60_000);
