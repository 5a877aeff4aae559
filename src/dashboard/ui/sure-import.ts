/** Whether this page has fetched the file already, as the server's hints have a browser do. */
const isHere = (address: string): boolean =>
  performance
    .getEntriesByName(address, 'resource')
    .some((entry) => entry instanceof PerformanceResourceTiming && entry.responseStatus === 200);

const fetched = async (file: string): Promise<void> => {
  const address = new URL(`/${file}`, location.origin).href;
  if (isHere(address)) return;
  const response = await fetch(address).catch(() => undefined);
  // As a browser says it, for the router knows it by that.
  if (!response?.ok) throw new TypeError(`Failed to fetch dynamically imported module: ${address}`);
  await response.arrayBuffer();
};

/**
 * What a build puts in place of each import on demand: a file and those that it imports are fetched first. A module that
 * once failed to be fetched has failed for as long as the page lives (HTML's module map, as Chromium 150 has it), and a
 * server that restarts just then would take that part of the page away; a fetch can be repeated.
 */
export const importSurely = async <Module>(
  load: () => Promise<Module>,
  files: readonly string[] = [],
): Promise<Module> => {
  await Promise.all(files.map(fetched));
  return load();
};
