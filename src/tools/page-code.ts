import { basename } from 'node:path';
import type { Plugin, Rollup } from 'vite';

const isPage = (id: string | null): id is string => id !== null && /\/pages\/[a-z-]+-page\.tsx$/.test(id);

/** Adds the chunk and all that it imports. */
const withImports = (bundle: Rollup.OutputBundle, fileName: string, found: Set<string>): Set<string> => {
  const chunk = bundle[fileName];
  if (chunk?.type !== 'chunk' || found.has(fileName)) return found;
  found.add(fileName);
  for (const imported of chunk.imports) withImports(bundle, imported, found);
  return found;
};

/** Writes `pages.json`: for each page of the dashboard the files of its code, so that the server can name them at once. */
export const pageCode = (): Plugin => ({
  name: 'page-code',
  apply: 'build',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
    // The largest of them, without which nothing runs: it is asked for first, although the page names it too.
    const entries = chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName);
    const pages = chunks.flatMap(({ facadeModuleId, fileName }): [string, string[]][] =>
      isPage(facadeModuleId)
        ? [[basename(facadeModuleId, '.tsx'), [...withImports(bundle, fileName, new Set(entries))]]]
        : [],
    );
    this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(Object.fromEntries(pages)) });
  },
});
