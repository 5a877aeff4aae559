const ROOT = new URL('../../', import.meta.url).href;

/**
 * The compiled file of a source file: for what must be started by its path (a worker, a child process), because
 * Node 20 runs no TypeScript. From dist/ it stays there; from src/ (vitest) it is the twin that `tsc -b` wrote.
 */
export const compiledUrl = (base: string, relativePath: string): URL => {
  const { href } = new URL(relativePath, base);
  if (!href.startsWith(ROOT)) throw new Error(`${href} is outside of ${ROOT}`);
  const path = href
    .slice(ROOT.length)
    .replace(/^src\//, 'dist/')
    .replace(/\.ts$/, '.js');
  return new URL(path, ROOT);
};
