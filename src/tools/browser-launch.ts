import { stripVTControlCharacters } from 'node:util';
import { chromium } from '@playwright/test';

/** Chromium's arguments for every run: no sandbox where root cannot have one, and no traffic of its own. */
export const CHROMIUM_ARGS: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Playwright's error is its whole log: what the browser itself said is the reason, if it said anything.
const reason = (error: unknown): string => {
  const lines = stripVTControlCharacters(error instanceof Error ? error.message : String(error))
    .split('\n')
    .map((line) => line.trim().replace(/^- \[pid=\d+\] ?/, ''));
  const telling = [/\[err\].*(?:error|cannot|not found|no such)/i, /exitCode=/, /./];
  return telling.flatMap((pattern) => lines.find((line) => pattern.test(line)) ?? [])[0] ?? 'it did not start';
};

/** Opens a page in the browser at `path`; answers with its version, or with why it does not work. */
export const tryBrowser = async (path: string): Promise<{ version: string } | { problem: string }> => {
  try {
    const browser = await chromium.launch({ executablePath: path, args: [...CHROMIUM_ARGS], timeout: 30_000 });
    try {
      const page = await browser.newPage();
      await page.goto('data:text/html,<title>ready</title>', { timeout: 15_000 });
      if ((await page.title()) !== 'ready') return { problem: 'it did not show a page' };
      return { version: browser.version() };
    } finally {
      await browser.close();
    }
  } catch (error) {
    return { problem: reason(error) };
  }
};
