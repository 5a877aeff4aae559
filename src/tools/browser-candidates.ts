import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

export type Candidate = { name: string; path: string };

const VARIABLES = ['CHROMIUM_PATH', 'PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH', 'CHROME_BIN', 'CHROME_PATH'];
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

const usualPlaces = (): string[] => {
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((app) => `${app}.app/Contents/MacOS/${app}`);
    return ['/Applications', join(process.env.HOME ?? '', 'Applications')].flatMap((folder) =>
      apps.map((app) => join(folder, app)),
    );
  }
  if (process.platform === 'win32') {
    const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '');
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ];
    return folders.filter((folder) => folder !== '').flatMap((folder) => programs.map((name) => join(folder, name)));
  }
  return ['/usr/bin/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome', '/usr/lib/chromium/chromium'];
};

const fromEnvironment = (): Candidate[] =>
  VARIABLES.flatMap((variable) => {
    const path = process.env[variable];
    return path !== undefined && path !== '' ? [{ name: `the environment variable ${variable}`, path }] : [];
  });

export const fromPlaywright = (): Candidate[] => {
  const path = chromium.executablePath();
  return path !== '' && existsSync(path) ? [{ name: "Playwright's own Chromium", path }] : [];
};

export const fromSystem = (): Candidate[] => {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const named = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command + suffix)));
  const found = [...named, ...usualPlaces()].filter((path) => existsSync(path));
  // The same program is often reached by several names.
  const programs = new Map(found.map((path) => [realpathSync(path), path]));
  return [...programs.values()].map((path) => ({ name: 'a browser of this system', path }));
};

/** All that is here without fetching anything, the most deliberate choice first. */
export const installedBrowsers = (): Candidate[] => [...fromEnvironment(), ...fromPlaywright(), ...fromSystem()];

/** The first that exists, untried. */
export const installedBrowser = (): Candidate | undefined => installedBrowsers().find(({ path }) => existsSync(path));
