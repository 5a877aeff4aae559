import { idle, inTab, signIn } from './browser.ts';
import type { Gate } from './gate.ts';
import { heldBy } from './meter.ts';
import { buildPage, type PageName } from './page-build.ts';
import { servePage } from './page-server.ts';
import type { Product } from './product.ts';
import type { Tab } from './tab.ts';

/** What shows an incident in a tab. */
export type Viewer = {
  name: string;
  /** Opens the incident in a tab of its own, and lets it go once the work is done. */
  watching<T>(incidentId: string, work: (view: View) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
};

export type View = {
  tab: Tab;
  /** How many events it says that it has. */
  held(): Promise<number>;
};

/** The dashboard, from the product itself or from who stands in front of it. */
export const liveViewOf = (product: Product, address = product.server.address): Viewer => ({
  name: product.name,
  watching: (incidentId, work) =>
    inTab(async (tab) => {
      await signIn(tab, address);
      await tab.open(`${address}/incidents/${incidentId}`);
      await tab.until(`document.querySelector('[role=status][aria-label=Connection]')?.textContent.startsWith('Live')`);
      await tab.until(`/\\d+ events?/.test(document.querySelector('footer')?.textContent)`);
      await idle(tab);
      return work({ tab, held: () => heldBy(tab, 'footer') });
    }),
  stop: () => Promise.resolve(),
});

/** A page of the bench that is fed with what the relay sends. */
export const peerViewer = async (name: string, pageName: PageName, product: Product, gate: Gate): Promise<Viewer> => {
  const server = await servePage(await buildPage(pageName), product.port(), { gate });
  return {
    name,
    watching: (incidentId, work) =>
      inTab(async (tab) => {
        await tab.open(`${server.address}/?incident=${incidentId}`);
        await tab.until(`document.querySelector('#held') !== null`);
        await server.subscribed();
        await idle(tab);
        return work({ tab, held: () => heldBy(tab, '#held') });
      }),
    stop: () => server.stop(),
  };
};
