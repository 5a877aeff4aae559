import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { precompress } from './precompress.ts';

test('a build has two compressed files beside each text that is worth it, with the same content', async () => {
  const root = await mkdtemp(join(tmpdir(), 'causeflow-build-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, 'index.html'), `<!doctype html><title>page</title><p>${'text '.repeat(300)}</p>`);
  await writeFile(join(root, 'short.html'), '<!doctype html><title>short</title>');
  const input = ['index.html', 'short.html'].map((name) => join(root, name));
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [precompress()],
    build: { rolldownOptions: { input } },
  });
  const folder = join(root, 'dist');
  expect((await readdir(folder)).sort()).toEqual(['index.html', 'index.html.br', 'index.html.gz', 'short.html']);
  const page = await readFile(join(folder, 'index.html'));
  expect(gunzipSync(await readFile(join(folder, 'index.html.gz')))).toEqual(page);
  expect(brotliDecompressSync(await readFile(join(folder, 'index.html.br')))).toEqual(page);
});
