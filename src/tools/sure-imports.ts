import { join } from 'node:path';
import type { Plugin } from 'vite';
import { ROOT } from './root.ts';

/** Vite's own, which is given each import on demand and the files that it needs. */
const HELPER = '\0vite/preload-helper.js';

/** Has what this module exports as `importSurely` carry out each import on demand. */
export const sureImports = (file: string): Plugin => ({
  name: 'sure-imports',
  apply: 'build',
  enforce: 'pre',
  load: (id) =>
    id === HELPER ? `export { importSurely as __vitePreload } from ${JSON.stringify(join(ROOT, file))};` : null,
});
