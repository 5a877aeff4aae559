import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { installedBrowser } from '../src/tools/browser-candidates.ts';
import { CHROMIUM_ARGS } from '../src/tools/browser-launch.ts';

// `npm test` has tried the browser and names it in CHROMIUM_PATH; run by hand, take the first that is installed.
const executablePath = installedBrowser()?.path;

/** Letters and colours as on any other machine, for the pictures. */
const SAME_EVERYWHERE = ['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb'];

export default defineConfig({
  testDir: '.',
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  outputDir: '../test-results/e2e',
  reporter: [['list'], ['json', { outputFile: '../test-results/e2e.json' }]],
  timeout: 90_000,
  // Patience costs nothing where things go well, and a busy machine is not a defect.
  expect: { timeout: 20_000, toHaveScreenshot: { animations: 'disabled', caret: 'hide', scale: 'css' } },
  // A test that only passes the second time has found a race.
  retries: 0,
  // Each worker is a browser, a relay and a lab: that is what two cores can carry without slowing the clock down.
  workers: availableParallelism() >= 4 ? 2 : 1,
  forbidOnly: process.env.CI !== undefined,
  use: {
    browserName: 'chromium',
    // Pictures of each step cost a third of the time of a run; the state of the page at each step is kept all the same.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    screenshot: 'only-on-failure',
    // A press waits until what it is aimed at stands still.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      args: [...CHROMIUM_ARGS, ...SAME_EVERYWHERE],
      ...(executablePath === undefined ? {} : { executablePath }),
    },
  },
});
