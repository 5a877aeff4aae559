import type { Page } from '@playwright/test';
import { idle, signIn, withPage } from './browser.ts';
import type { Gate } from './gate.ts';
import { heldBy } from './meter.ts';
import { buildPage, type PageName } from './page-build.ts';
import { servePage } from './page-server.ts';
import type { Product } from './product.ts';

/** What shows an incident in a tab. */
export type Viewer = {
  name: string;
  /** Opens the incident in a tab of its own, and lets it go once the work is done. */
  watching<T>(incidentId: string, work: (view: View) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
};

export type View = {
  page: Page;
  /** How many events it says that it has. */
  held(): Promise<number>;
};

/** The dashboard, from the product itself or from who stands in front of it. */
export const liveViewOf = (product: Product, address = product.server.address): Viewer => ({
  name: product.name,
  watching: (incidentId, work) =>
    withPage(async (page) => {
      await signIn(page, address);
      await page.goto(`${address}/incidents/${incidentId}`);
      await page.getByRole('status', { name: 'Connection' }).filter({ hasText: /^Live/ }).waitFor();
      await page.locator('footer', { hasText: /\d+ events?/ }).waitFor();
      await idle(page);
      return work({ page, held: () => heldBy(page, 'footer') });
    }),
  stop: () => Promise.resolve(),
});

/** A page of the bench that is fed with what the relay sends. */
export const peerViewer = async (name: string, pageName: PageName, product: Product, gate: Gate): Promise<Viewer> => {
  const server = await servePage(await buildPage(pageName), product.port(), { gate });
  return {
    name,
    watching: (incidentId, work) =>
      withPage(async (page) => {
        await page.goto(`${server.address}/?incident=${incidentId}`);
        await page.locator('#held').waitFor();
        await server.subscribed();
        await idle(page);
        return work({ page, held: () => heldBy(page, '#held') });
      }),
    stop: () => server.stop(),
  };
};
