import { z } from 'zod';
import { expiringIn } from '../../server/testing/people.ts';
import { findBrowser } from '../../tools/browser.ts';
import { installedBrowser } from '../../tools/browser-candidates.ts';
import { buildClientIfStale } from '../../tools/client-build.ts';
import { type Cdp, launchChromium } from './cdp.ts';
import { buildMeter } from './page-build.ts';
import { type Cookie, type Tab, withTab } from './tab.ts';

/** Longer than any bench takes: who is signed out sees nothing any more. */
const SIGNED_IN_S = 86_400;

type Ready = { browser: Cdp; meter: string };

const launch = async (): Promise<Ready> => {
  const executablePath = installedBrowser()?.path ?? (await findBrowser());
  if (executablePath === undefined) throw new Error('There is no browser.');
  await buildClientIfStale();
  const meter = await buildMeter();
  return { browser: await launchChromium(executablePath), meter };
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
export const inTab = async <T>(work: (tab: Tab) => Promise<T>): Promise<T> => {
  const { browser, meter } = await theBrowser();
  return withTab(browser, async (tab) => {
    await tab.runFirst(meter);
    return work(tab);
  });
};

/** A page that draws nothing after a press is not called back by Chromium. */
const IDLE_TIMEOUT_MS = 1_000;

/** Resolves once the page has nothing left to do. */
export const idle = async (tab: Tab): Promise<void> => {
  const options = `{ timeout: ${IDLE_TIMEOUT_MS} }`;
  await tab.evaluate(
    `new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done(), ${options}), ${options}))`,
  );
};

/** Opens the address and resolves once something that matches is on the screen: the milliseconds since it was asked for. */
export const firstSeen = async (tab: Tab, address: string, selector: string): Promise<number> => {
  await tab.runFirst(`benchMeter.first.await(${JSON.stringify(selector)})`);
  await tab.open(address);
  return z.number().parse(await tab.evaluate('benchMeter.first.seen()'));
};

/** Signs an admin in as the form would, without it. */
export const signIn = async (tab: Tab, address: string): Promise<void> => {
  const answer = await fetch(`${address}/auth/token`, {
    method: 'POST',
    headers: { origin: address, 'content-type': 'application/json' },
    body: JSON.stringify({ token: await expiringIn(SIGNED_IN_S) }),
  });
  if (!answer.ok) throw new Error(`Signing in was answered ${answer.status}: ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((cookie): Cookie => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    return { name, value, url: address };
  });
  await tab.setCookies(cookies);
};
