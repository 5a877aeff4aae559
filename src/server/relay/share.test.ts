import { expect, test } from 'vitest';
import { createReaderShare } from './share.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

const shareAmong = (readers: number) => {
  const share = createReaderShare(256);
  const leave = Array.from({ length: readers }, () => share.join());
  const bytes = () => [share.mostBytes(), share.pageBytes(), share.lowBytes()];
  return { bytes, leave };
};

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test.each([
  [0, 1024, 256, 128],
  [1, 1024, 256, 128],
  [128, 1024, 256, 128],
  [256, 512, 128, 64],
  [2_048, 64, 16, 8],
  [20_000, 16, 4, 2],
])('each of %d readers may have %d KiB waiting, in pages of %d, the next below %d', (readers, most, page, low) => {
  expect(shareAmong(readers).bytes()).toEqual([most * KIB, page * KIB, low * KIB]);
});

test('a page has as many bytes for many numbers of readers, so that they read the same ones', () => {
  const pages = [130, 140, 180, 220, 255].map((readers) => shareAmong(readers).bytes()[1]);
  expect(new Set(pages)).toEqual(new Set([128 * KIB]));
});

test('a reader that has left takes up no share, however often it leaves', () => {
  const { bytes, leave } = shareAmong(256);
  for (const end of leave.slice(128)) {
    end();
    end();
  }
  expect(bytes()).toEqual([1024 * KIB, 256 * KIB, 128 * KIB]);
});

test('no more is taken than there is, and who asked first is served first', async () => {
  const share = createReaderShare(1);
  expect(share.take(700 * KIB)).toBe(true);
  expect(share.take(400 * KIB)).toBe(false);
  const served: string[] = [];
  share.ask(600 * KIB, () => served.push('large'));
  share.ask(100 * KIB, () => served.push('small'));
  await turns(3);
  expect(served).toEqual([]);
  // There would be room, but not for the one who has asked before.
  expect(share.take(100 * KIB)).toBe(false);
  share.give(700 * KIB);
  await turns(3);
  expect(served).toEqual(['large', 'small']);
  expect(share.heldBytes()).toBe(700 * KIB);
});

test('what is larger than all there is goes alone', async () => {
  const share = createReaderShare(1);
  expect(share.take(KIB)).toBe(true);
  let isServed = false;
  share.ask(3 * MIB, () => {
    isServed = true;
  });
  await turns(3);
  expect(isServed).toBe(false);
  share.give(KIB);
  await turns(3);
  expect(isServed).toBe(true);
  expect(share.take(1)).toBe(false);
});

test('who asks for what is not there and goes away again keeps nobody waiting', async () => {
  const share = createReaderShare(1);
  share.take(900 * KIB);
  const withdraw = share.ask(900 * KIB, () => undefined);
  await turns(2);
  withdraw();
  await turns(2);
  expect(share.take(100 * KIB)).toBe(true);
});
