import { type Browser, chromium, type Page } from '@playwright/test';
import { admin } from '../../server/testing/people.ts';
import { findBrowser } from '../../tools/browser.ts';
import { installedBrowser } from '../../tools/browser-candidates.ts';
import { CHROMIUM_ARGS } from '../../tools/browser-launch.ts';
import { buildClientIfStale } from '../../tools/client-build.ts';
import { buildMeter } from './page-build.ts';

/** A window in which nothing of the page is left out. */
const VIEWPORT = { width: 1_440, height: 900 };

type Ready = { browser: Browser; meter: string };

const launch = async (): Promise<Ready> => {
  const executablePath = installedBrowser()?.path ?? (await findBrowser());
  if (executablePath === undefined) throw new Error('There is no browser.');
  await buildClientIfStale();
  const meter = await buildMeter();
  return { browser: await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] }), meter };
};

let ready: Promise<Ready> | undefined;

/** One for all benches of this process. */
const theBrowser = (): Promise<Ready> => {
  ready ??= launch();
  return ready;
};

/** Before the product starts: a server knows only the files of the dashboard that were there when it started. */
export const openBrowser = async (): Promise<void> => {
  await theBrowser();
};

export const closeBrowser = async (): Promise<void> => {
  await (await ready)?.browser.close();
  ready = undefined;
};

/** A tab with a meter in it and nothing in its cache; what it opens is gone once the work is done. */
export const withPage = async <T>(work: (page: Page) => Promise<T>): Promise<T> => {
  const { browser, meter } = await theBrowser();
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    await page.addInitScript({ content: meter });
    return await work(page);
  } finally {
    await context.close();
  }
};

/** Resolves once the page has nothing left to do of opening. */
export const idle = async (page: Page): Promise<void> => {
  await page.evaluate('new Promise((done) => requestIdleCallback(() => requestIdleCallback(done)))');
};

/** Signs an admin in as the form would, without it. */
export const signIn = async (page: Page, address: string): Promise<void> => {
  const answer = await page.request.post(`${address}/auth/token`, {
    data: { token: await admin() },
    headers: { origin: address },
  });
  if (!answer.ok()) throw new Error(`Signing in was answered ${answer.status()}: ${await answer.text()}`);
};
