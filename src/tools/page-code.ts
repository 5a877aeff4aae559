import { basename } from 'node:path';
import type { Plugin, Rollup } from 'vite';

const isPage = (id: string | null): id is string => id !== null && /\/pages\/[a-z-]+-page\.tsx$/.test(id);

/** The chunk and all that it imports, but for what the page itself names. */
const withImports = (bundle: Rollup.OutputBundle, fileName: string, found = new Set<string>()): Set<string> => {
  const chunk = bundle[fileName];
  if (chunk?.type !== 'chunk' || chunk.isEntry || found.has(fileName)) return found;
  found.add(fileName);
  for (const imported of chunk.imports) withImports(bundle, imported, found);
  return found;
};

/** Writes `pages.json`: for each page of the dashboard the files of its code, so that the server can name them at once. */
export const pageCode = (): Plugin => ({
  name: 'page-code',
  apply: 'build',
  generateBundle(_, bundle) {
    const pages = Object.values(bundle).flatMap((chunk): [string, string[]][] =>
      chunk.type === 'chunk' && isPage(chunk.facadeModuleId)
        ? [[basename(chunk.facadeModuleId, '.tsx'), [...withImports(bundle, chunk.fileName)]]]
        : [],
    );
    this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(Object.fromEntries(pages)) });
  },
});
