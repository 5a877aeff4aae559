import { expect, test } from 'vitest';
import { createReaderShare } from './share.ts';

const KIB = 1024;

const shareAmong = (readers: number) => {
  const share = createReaderShare();
  const leave = Array.from({ length: readers }, () => share.join());
  const bytes = () => [share.mostBytes(), share.pageBytes(), share.lowBytes()];
  return { bytes, leave };
};

test.each([
  [0, 1024, 256, 128],
  [1, 1024, 256, 128],
  [256, 1024, 256, 128],
  [512, 512, 128, 64],
  [4_096, 64, 16, 8],
  [20_000, 64, 16, 8],
])('each of %d readers may have %d KiB waiting, in pages of %d, the next below %d', (readers, most, page, low) => {
  expect(shareAmong(readers).bytes()).toEqual([most * KIB, page * KIB, low * KIB]);
});

test.each([300, 1_000, 2_000, 4_000])('what may wait for %d readers together stays within 256 MiB', (readers) => {
  const [most = 0] = shareAmong(readers).bytes();
  expect(most * readers).toBeLessThanOrEqual(256 * KIB * KIB);
});

test('a reader that has left takes up no share, however often it leaves', () => {
  const { bytes, leave } = shareAmong(512);
  for (const end of leave.slice(256)) {
    end();
    end();
  }
  expect(bytes()).toEqual([1024 * KIB, 256 * KIB, 128 * KIB]);
});
