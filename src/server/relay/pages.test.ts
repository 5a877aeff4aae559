import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { createPages } from './pages.ts';

const STREAM = { tenantId: 'ten_a', stream: 'inc_1' };
const PAGE_BYTES = 16 * 1024;

const open = async () => {
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  let reads = 0;
  const counted: EventLog = {
    ...log,
    read(range) {
      reads += 1;
      return log.read(range);
    },
  };
  let appended = 0;
  const append = async (count: number, padding = ''): Promise<void> => {
    const events = Array.from({ length: count }, () => {
      appended += 1;
      return { eventId: `evt_${appended}`, method: 'm', key: '', params: JSON.stringify({ padding }) };
    });
    await log.append({ ...STREAM, events });
  };
  const page = createPages(counted).watch(STREAM, () => appended);
  return { append, page, reads: () => reads };
};

test('readers that go on from the same event share one read and one encoding', async () => {
  const { append, page, reads } = await open();
  await append(10);
  const [first, second] = await Promise.all([page(0, PAGE_BYTES), page(0, PAGE_BYTES)]);
  const third = await page(0, PAGE_BYTES);
  expect(reads()).toBe(1);
  expect(second.frames(true)).toBe(first.frames(true));
  expect(third.frames(false)).toBe(first.frames(false));
  await page(3, PAGE_BYTES);
  expect(reads()).toBe(2);
});

test('a page at the head, empty or not, is read again once there is more', async () => {
  const { append, page } = await open();
  await append(2);
  const seqs = async (after: number) => (await page(after, PAGE_BYTES)).events.map(({ seq }) => seq);
  expect([await seqs(0), await seqs(2)]).toEqual([[1, 2], []]);
  await append(1);
  expect([await seqs(0), await seqs(2)]).toEqual([[1, 2, 3], [3]]);
});

test('an empty page is not kept for an end that it has not reached, whatever its storage took for the head', async () => {
  const page = (events: LoggedEvent[]) => ({ events, headSeq: 1 });
  const event = { ...STREAM, eventId: 'evt_1', method: 'm', key: '', params: '{}', seq: 1, position: 1 };
  const answers = [page([]), page([event])];
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  const torn: EventLog = { ...log, read: () => Promise.resolve(answers.shift() ?? page([event])) };
  const read = createPages(torn).watch(STREAM, () => 1);
  expect((await read(0, PAGE_BYTES)).events).toEqual([]);
  expect((await read(0, PAGE_BYTES)).events).toEqual([event]);
});

test('a full page holds whatever comes after it, and the oldest make room for others', async () => {
  const { append, page, reads } = await open();
  await append(20, 'x'.repeat(6_000));
  await page(0, PAGE_BYTES);
  await append(1);
  await page(0, PAGE_BYTES);
  expect(reads()).toBe(1);
  // Each holds what fits into a mebibyte, of sixteen that are kept in all.
  await append(4_000, 'x'.repeat(6_000));
  for (let after = 100; after < 3_900; after += 170) await page(after, 1024 * 1024);
  await page(0, PAGE_BYTES);
  expect(reads()).toBe(2 + Math.ceil(3_800 / 170));
});
