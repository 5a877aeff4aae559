import { PassThrough, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gather } from './sink.ts';

const collecting = () => {
  const calls: string[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      calls.push(String(chunk));
      done();
    },
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  return { calls, stream };
};

test('what is written in a turn goes out at its end, in one and in order', async () => {
  const { calls, stream } = collecting();
  for (const text of ['a', 'b']) {
    gather(stream);
    stream.write(text);
  }
  stream.write('c');
  expect(calls).toEqual([]);
  await setImmediate();
  expect(calls).toEqual(['abc']);

  gather(stream);
  stream.write('d');
  await setImmediate();
  stream.write('e');
  expect(calls).toEqual(['abc', 'd', 'e']);
});

test('a stream that ends in the same turn still gets all of it', async () => {
  const stream = new PassThrough();
  gather(stream);
  stream.write('last');
  stream.end();
  const chunks: string[] = [];
  for await (const chunk of stream) chunks.push(String(chunk));
  expect(chunks).toEqual(['last']);
});
