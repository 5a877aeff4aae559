import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(?:js|css|html|svg|json|jsonl|webmanifest)$/;
/** A shorter file is one packet either way. */
const LEAST_BYTES = 1_000;

const ways = [
  { extension: '.br', compress: promisify<Buffer, Buffer>(brotliCompress) },
  { extension: '.gz', compress: promisify<Buffer, Buffer>(gzip) },
];

/** Puts a compressed file beside each file of text that is built: the server compresses nothing itself. */
export const precompress = (): Plugin => {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    async writeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const entry of entries) {
        if (!entry.isFile() || !TEXT.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const content = await readFile(path);
        if (content.length < LEAST_BYTES) continue;
        for (const { extension, compress } of ways) await writeFile(path + extension, await compress(content));
      }
    },
  };
};
