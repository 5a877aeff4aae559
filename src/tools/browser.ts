import { installedBrowsers } from './browser-candidates.ts';
import { downloads, type Fetched } from './browser-downloads.ts';
import { tryBrowser } from './browser-launch.ts';

const accept = async (candidate: Fetched): Promise<string | undefined> => {
  if ('problem' in candidate) {
    console.log(`  not ${candidate.name}: ${candidate.problem}`);
    return undefined;
  }
  const tried = await tryBrowser(candidate.path);
  if ('problem' in tried) {
    console.log(`  not ${candidate.name} (${candidate.path}): ${tried.problem}`);
    return undefined;
  }
  console.log(`Browser: ${candidate.name}, Chromium ${tried.version} (${candidate.path})`);
  return candidate.path;
};

/**
 * Finds a Chromium that really starts, fetching one if there is none, and says which one it took. The path goes to
 * Playwright in CHROMIUM_PATH, which is also the first place looked at, so a person can decide it.
 */
export const findBrowser = async (): Promise<string | undefined> => {
  for (const candidate of installedBrowsers()) {
    const path = await accept(candidate);
    if (path !== undefined) return path;
  }
  for (const download of downloads) {
    const path = await accept(await download());
    if (path !== undefined) return path;
  }
  console.log('No browser found. Name one in the environment variable CHROMIUM_PATH.');
  return undefined;
};
