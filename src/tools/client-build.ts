import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from './root.ts';

const SOURCES = [
  'index.html',
  'vite.config.ts',
  'src/tools/first-script.ts',
  'src/tools/page-code.ts',
  'src/tools/precompress.ts',
  'src/tools/sure-imports.ts',
  'package-lock.json',
  'public',
  'src/dashboard',
  'src/protocol',
  'src/incident',
];
const HASH_FILE = join(ROOT, 'dist', 'client.hash');
const ENTRY = join(ROOT, 'dist', 'client', 'index.html');

const filesIn = (path: string): string[] => {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

/** A digest of names and contents, since a checkout of another branch may leave the times as they were. */
const digest = (): string => {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesIn(join(ROOT, source)))) {
    const content = readFileSync(file);
    hash.update(`${relative(ROOT, file).split(sep).join('/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
};

const isFresh = (current: string): boolean =>
  existsSync(ENTRY) && existsSync(HASH_FILE) && readFileSync(HASH_FILE, 'utf8') === current;

/** Builds the dashboard into dist/client if its sources are not those of the last build. */
export const buildClientIfStale = async (): Promise<void> => {
  const current = digest();
  if (isFresh(current)) return;
  process.stdout.write('Building the dashboard… ');
  const began = performance.now();
  // A build that fails half way must not pass for the one before it.
  rmSync(HASH_FILE, { force: true });
  const nodeEnv = process.env.NODE_ENV;
  // A run of the tests that builds it must not build a dashboard for tests.
  process.env.NODE_ENV = 'production';
  try {
    const { build } = await import('vite');
    await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
  } finally {
    // What runs in this process next has not asked for production.
    if (nodeEnv === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = nodeEnv;
  }
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(HASH_FILE, current);
  console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
};
