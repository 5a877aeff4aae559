import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.ts';
import { buildClientIfStale } from './client-build.ts';
import { commandOf, ROOT } from './root.ts';
import { runNode } from './run.ts';
import { playwrightTally, single, type Tally, vitestTally } from './tally.ts';

/** A check of `npm test`; `name` is also what it is called on the command line. */
export type Runner = { name: string; run: () => Promise<Tally> };

const REPORTS = join(ROOT, 'test-results');

const readReport = (name: string): string | undefined => {
  const file = join(REPORTS, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

const check = async (packageName: string, command: string, args: readonly string[]): Promise<Tally> =>
  single((await runNode(commandOf(packageName, command), args)).code);

const unit = async (): Promise<Tally> => {
  // A report left by the last run must not speak for a run that crashes.
  rmSync(join(REPORTS, 'unit.json'), { force: true });
  // Some of them open the dashboard: built here, it is not built among tests that read it.
  await buildClientIfStale();
  const { code } = await runNode(commandOf('vitest', 'vitest'), ['run']);
  return vitestTally(readReport('unit.json'), code);
};

const e2e = async (): Promise<Tally> => {
  rmSync(join(REPORTS, 'e2e.json'), { force: true });
  await buildClientIfStale();
  const browser = await findBrowser();
  if (browser === undefined) return single(1);
  const { code } = await runNode(commandOf('@playwright/test', 'playwright'), ['test', '-c', 'e2e'], {
    env: { ...process.env, CHROMIUM_PATH: browser },
  });
  return playwrightTally(readReport('e2e.json'), code);
};

/** In the order of their cost: what fails fast fails first. */
export const runners: readonly Runner[] = [
  { name: 'lint', run: () => check('@biomejs/biome', 'biome', ['check', '--error-on-warnings', '.']) },
  // `npm test` compiles before it starts this file, and does not start it after an error.
  { name: 'types', run: async () => single(0) },
  { name: 'knip', run: () => check('knip', 'knip', ['--no-progress']) },
  { name: 'unit', run: unit },
  { name: 'e2e', run: e2e },
];
