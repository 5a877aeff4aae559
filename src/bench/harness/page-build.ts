import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Rollup } from 'vite';
import { ROOT } from '../../tools/root.ts';

const PAGES = join(ROOT, 'src', 'bench', 'pages');
const ENTRY = '/entry.html';

export type BuiltPage = ReadonlyMap<string, { gzip: Uint8Array; type: string }>;

/** The pages of the bench, and the package of each that may be missing. */
const pages = {
  'naive.tsx': 'react-use-websocket',
  'terminal.ts': '@xterm/xterm',
  'log-viewer.tsx': '@melloware/react-logviewer',
  'socket-io.tsx': 'socket.io-client',
  'refetch.tsx': '@tanstack/react-query',
  'template.tsx': 'react',
  'whole-list.tsx': '@tanstack/react-virtual',
  'whole-log.tsx': '@melloware/react-logviewer',
} as const;
export type PageName = keyof typeof pages;

const htmlOf = (script: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title></head><body><div id="root"></div>` +
  `<script type="module" src="/${script}"></script></body></html>`;

/** Builds as for production, also where a test asks. */
const inProduction = async <T>(work: () => Promise<T>): Promise<T> => {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
};

const outputOf = (result: unknown): Rollup.RollupOutput['output'] => {
  const one = Array.isArray(result) ? result[0] : result;
  if (typeof one !== 'object' || one === null || !('output' in one)) throw new Error('Vite has built nothing.');
  return (one as Rollup.RollupOutput).output;
};

const typeOf = (fileName: string): string =>
  fileName.endsWith('.js') ? 'text/javascript' : fileName.endsWith('.css') ? 'text/css' : 'application/octet-stream';

/** A page of the bench as `vite build` makes it, by the address of each of its files; '/' is the page itself. */
export const buildPage = async (name: PageName): Promise<BuiltPage> => {
  if (!existsSync(join(ROOT, 'node_modules', pages[name]))) throw new Error(`${pages[name]} is not installed`);
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  const html = {
    name: 'page-of-the-bench',
    resolveId: (id: string) => (id.endsWith(ENTRY) ? join(PAGES, ENTRY) : null),
    load: (id: string) => (id.endsWith(ENTRY) ? htmlOf(name) : null),
  };
  const result = await inProduction(() =>
    build({
      root: PAGES,
      configFile: false,
      logLevel: 'error',
      plugins: [html, react()],
      build: {
        write: false,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 2_000,
        rolldownOptions: { input: join(PAGES, ENTRY) },
      },
    }),
  );
  return new Map(
    outputOf(result).map((file) => {
      const body = file.type === 'chunk' ? file.code : file.source;
      const isPage = file.fileName.endsWith('.html');
      return [
        isPage ? '/' : `/${file.fileName}`,
        { gzip: gzipSync(body), type: isPage ? 'text/html' : typeOf(file.fileName) },
      ];
    }),
  );
};

/** The meter as one classic script, to be put into a page before its own. */
export const buildMeter = async (): Promise<string> => {
  const { build } = await import('vite');
  const result = await inProduction(() =>
    build({
      root: PAGES,
      configFile: false,
      logLevel: 'error',
      build: { write: false, lib: { entry: join(PAGES, 'meter.ts'), formats: ['iife'], name: 'benchMeterScript' } },
    }),
  );
  const chunk = outputOf(result)[0];
  return chunk.type === 'chunk' ? chunk.code : '';
};
