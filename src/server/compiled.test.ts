import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { compiledUrl } from './compiled.ts';

const root = new URL('../../', import.meta.url).href;

test('a source file is compiled to its twin in dist/', () => {
  expect(compiledUrl(`${root}src/server/log/a.ts`, './b-worker.ts').href).toBe(`${root}dist/server/log/b-worker.js`);
  expect(compiledUrl(`${root}src/server/a.ts`, '../tools/src/b.ts').href).toBe(`${root}dist/tools/src/b.js`);
});

test('what runs from dist/ stays there', () => {
  expect(compiledUrl(`${root}dist/server/log/a.js`, './b-worker.ts').href).toBe(`${root}dist/server/log/b-worker.js`);
});

test('a file outside of the project is refused', () => {
  expect(() => compiledUrl(pathToFileURL('/elsewhere/a.ts').href, './b.ts')).toThrow('outside');
});
