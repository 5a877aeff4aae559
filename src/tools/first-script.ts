import { join } from 'node:path';
import type { Plugin } from 'vite';
import { ROOT } from './root.ts';

/** Makes a script of this module that runs before the page's own, which imports it too. */
export const firstScript = (file: string): Plugin => {
  const module = join(ROOT, file);
  return {
    name: 'first-script',
    apply: 'build',
    config: () => ({ build: { rolldownOptions: { input: { index: join(ROOT, 'index.html'), first: module } } } }),
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {} }) {
        const chunk = Object.values(bundle).find((one) => one.type === 'chunk' && one.facadeModuleId === module);
        if (chunk === undefined) throw new Error(`${file} was not built.`);
        const attrs = { type: 'module', async: true, crossorigin: true, src: `/${chunk.fileName}` };
        return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
      },
    },
  };
};
