import { expect, test } from 'vitest';
import { frame, Opcode } from '../../server/testing/raw-socket.ts';
import { createFrameReader } from './frame-reader.ts';

test('frames of every length come whole, wherever the bytes were cut', () => {
  const texts = ['', 'a', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(65_535), 'e'.repeat(65_536), 'f'];
  const bytes = Buffer.concat(texts.map((text) => frame(Opcode.text, text, { isMasked: false })));
  for (const size of [1, 2, 3, 7, 1_000, 65_000, bytes.length]) {
    const got: string[] = [];
    const read = createFrameReader((opcode, payload) => got.push(`${opcode}${payload.toString()}`));
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
    expect(got).toEqual(texts.map((text) => `1${text}`));
  }
});
