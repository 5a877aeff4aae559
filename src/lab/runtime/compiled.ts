const ROOT = new URL('../../../', import.meta.url).href;

/** The compiled file of a script of the lab: Node 20 runs no TypeScript, so from src/ (vitest) the twin is started. */
export const compiledUrl = (base: string, relativePath: string): URL => {
  const path = new URL(relativePath, base).href.slice(ROOT.length);
  return new URL(path.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js'), ROOT);
};
