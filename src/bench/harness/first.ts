import type { Page } from '@playwright/test';
import { z } from 'zod';

/** Opens the address and resolves once something that matches is on the screen: the milliseconds since it was asked for. */
export const firstSeen = async (page: Page, address: string, selector: string): Promise<number> => {
  await page.addInitScript({ content: `benchMeter.first.await(${JSON.stringify(selector)})` });
  await page.goto(address, { waitUntil: 'commit' });
  return z.number().parse(await page.evaluate('benchMeter.first.seen()'));
};
