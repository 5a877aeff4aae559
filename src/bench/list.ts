import { apiOf } from '../server/testing/api-client.ts';
import { admin } from '../server/testing/people.ts';
import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { idle, inTab, openBrowser, signIn } from './harness/browser.ts';
import { manyIncidents } from './harness/many-incidents.ts';
import { askedFor, measured, type Smoothness } from './harness/meter.ts';
import { type Pace, paced } from './harness/pace.ts';
import { buildPage } from './harness/page-build.ts';
import { servePage } from './harness/page-server.ts';
import { type Product, startProduct } from './harness/product.ts';
import type { Tab } from './harness/tab.ts';

/** Every other change is among the newest, which are on the screen. */
const NEWEST = 40;
const STATUSES = ['triaging', 'investigating', 'open'];

type Listed = Smoothness & { side: string; perSecond: number; asked: number; reached: number };

/** Changes one incident after the other: every other one among the newest, the rest all over the list. */
const createChanger = async (product: Product, ids: readonly string[]): Promise<() => Promise<void>> => {
  const api = apiOf(product.server.address, await admin());
  let made = 0;
  return async () => {
    const number = made;
    made += 1;
    const index = number % 2 === 0 ? ids.length - 1 - ((number / 2) % NEWEST) : (number * 7_919) % ids.length;
    const status = STATUSES[Math.floor(number / NEWEST) % STATUSES.length];
    const { status: code } = await api.patch(`/v1/incidents/${ids[index]}`, { status });
    if (code !== 200) throw new Error(`A change was answered ${code}.`);
  };
};

const changing = async (side: string, tab: Tab, pace: Pace, change: () => Promise<void>): Promise<Listed> => {
  await idle(tab);
  const before = await askedFor(tab, '/v1/incidents');
  const from = performance.now();
  const [smoothness, reached] = await measured(tab, () =>
    paced(pace, async (count) => {
      await Promise.all(Array.from({ length: count }, change));
    }),
  );
  const seconds = (performance.now() - from) / 1_000;
  const asked = (await askedFor(tab, '/v1/incidents')) - before;
  return { ...smoothness, side, perSecond: smoothness.frames / seconds, asked, reached };
};

const ofProduct = (product: Product, count: number, pace: Pace, change: () => Promise<void>): Promise<Listed> =>
  inTab(async (tab) => {
    await signIn(tab, product.server.address);
    await tab.open(`${product.server.address}/incidents`);
    await tab.until(`document.body.textContent.includes('${count.toLocaleString('en')} incidents')`);
    return changing(product.name, tab, pace, change);
  });

const ofQuery = async (product: Product, pace: Pace, change: () => Promise<void>): Promise<Listed> => {
  const server = await servePage(await buildPage('refetch.tsx'), product.port());
  try {
    return await inTab(async (tab) => {
      await tab.open(server.address);
      await tab.until(`document.querySelector('#list') !== null`);
      return changing('TanStack Query', tab, pace, change);
    });
  } finally {
    await server.stop();
  }
};

const rowsOf = (name: string, sides: readonly (Listed | Figure)[]): readonly Row[] => {
  const row = (
    what: string,
    unit: string,
    better: Row['better'],
    goal: string,
    figureOf: (one: Listed) => [value: number, note: string],
  ): Row => ({
    name: `${name}, ${what}`,
    unit,
    better,
    goal,
    figures: sides.map((one) => {
      if (!('perSecond' in one)) return one;
      const [value, note] = figureOf(one);
      return { side: one.side, value, note };
    }),
  });
  return [
    row('frames', '/s', 'more', '60 /s', (one) => [
      one.perSecond,
      `p99 ${one.p99Ms.toFixed(1)}, longest ${one.longestMs.toFixed(0)} ms; key ${one.paintedMs.toFixed(0)} ms; ` +
        `${one.reached.toFixed(0)} changes/s`,
    ]),
    row('how often the list was asked for', 'times', 'less', 'never', (one) => [one.asked, '']),
  ];
};

export const list: Bench = {
  what:
    'the list of incidents while they change, one request a change. Ours shows all of them and is told of each change by ' +
    'the relay; the peer shows the newest hundred, and asks for them again at each change that the API’s stream tells.',
  packages: ['@tanstack/react-query', 'react'],
  run: async (size) => {
    await openBrowser();
    const [count, pace]: [number, Pace] =
      size === 'full' ? [10_000, { perSecond: 100, seconds: 10 }] : [300, { perSecond: 50, seconds: 0.3 }];
    const { dataDir, ids } = await manyIncidents(count - 1);
    // Its own incident is one more.
    const product = await startProduct(10, { dataDir });
    try {
      const change = await createChanger(product, ids);
      const sides = [
        await ofProduct(product, count, pace, change),
        await ofQuery(product, pace, change).catch((error: unknown) => failed('TanStack Query', error)),
      ];
      return rowsOf(`${count.toLocaleString('en-US')} incidents, ${pace.perSecond} changes/s`, sides);
    } finally {
      await product.stop();
    }
  },
};
