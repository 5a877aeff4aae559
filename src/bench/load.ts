import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { firstSeen, inTab, openBrowser, signIn } from './harness/browser.ts';
import { buildPage } from './harness/page-build.ts';
import { servePage } from './harness/page-server.ts';
import { startProduct } from './harness/product.ts';
import { quantile } from './harness/quantiles.ts';
import { FAST_3G, openSlowLink } from './harness/slow-link.ts';
import type { Tab } from './harness/tab.ts';

const EVENTS = 2_000;
const SLOWER = 4;

type Shape = 'no network' | 'fast 3G';
/** The processor is `slower` by so many times; `warmUps` are openings that do not count. */
type Rounds = { shapes: readonly Shape[]; slower: number; warmUps: number; rounds: number };
/** A page that is opened with nothing in its cache, at each of its origins. */
type Opened = {
  prepare(tab: Tab): Promise<void>;
  origins: Readonly<Record<Shape, string>>;
  path: string;
  useful: string;
};
type Load = { usefulMs: number; scriptBytes: number; fetchedBytes: number; scripts: number };

const Fetched = z.array(z.object({ name: z.string(), transferSize: z.number(), responseEnd: z.number() }));
const FETCHED = `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map(({ name, transferSize, responseEnd }) => ({ name, transferSize, responseEnd }))`;

const gzipBytes = async (address: string): Promise<number> =>
  gzipSync(new Uint8Array(await (await fetch(address)).arrayBuffer())).length;

/** Opens it as somebody does who comes for the first time, on a slower machine and network. */
const openOnce = ({ prepare, path, useful }: Opened, origin: string, slower: number): Promise<Load> =>
  inTab(async (tab) => {
    await prepare(tab);
    await tab.slowDown(slower);
    const usefulMs = await firstSeen(tab, `${origin}${path}`, useful);
    const before = Fetched.parse(await tab.evaluate(FETCHED)).filter(({ responseEnd }) => responseEnd <= usefulMs);
    const scripts = before.filter(({ name }) => name.endsWith('.js'));
    const sizes = await Promise.all(scripts.map(({ name }) => gzipBytes(name)));
    return {
      usefulMs,
      fetchedBytes: before.reduce((sum, { transferSize }) => sum + transferSize, 0),
      scripts: scripts.length,
      scriptBytes: sizes.reduce((sum, size) => sum + size, 0),
    };
  });

const openOften = async (opened: Opened, shape: Shape, { slower, rounds }: Rounds): Promise<Load> => {
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round += 1) loads.push(await openOnce(opened, opened.origins[shape], slower));
  const middle = (pick: (load: Load) => number): number => quantile(loads.map(pick), 0.5);
  return {
    usefulMs: middle((load) => load.usefulMs),
    scriptBytes: middle((load) => load.scriptBytes),
    fetchedBytes: middle((load) => load.fetchedBytes),
    scripts: middle((load) => load.scripts),
  };
};

type Measured = { side: string; loads: ReadonlyMap<Shape, Load> };

const measure = async (side: string, opened: Opened, rounds: Rounds): Promise<Measured> => {
  for (let round = 0; round < rounds.warmUps; round += 1) await openOnce(opened, opened.origins['no network'], 1);
  const loads = new Map<Shape, Load>();
  for (const shape of rounds.shapes) loads.set(shape, await openOften(opened, shape, rounds));
  return { side, loads };
};

const ofProduct = async (rounds: Rounds): Promise<Measured> => {
  let port = 0;
  const link = await openSlowLink(() => port, FAST_3G);
  const product = await startProduct(10, { origin: link.address });
  try {
    ({ port } = product.server);
    await product.fill(EVENTS, '');
    const { address } = product.server;
    const opened: Opened = {
      prepare: (tab) => signIn(tab, address),
      origins: { 'no network': address, 'fast 3G': link.address },
      path: `/incidents/${product.incidentId}`,
      useful: '[data-event-id]',
    };
    return await measure(product.name, opened, rounds);
  } finally {
    await product.stop();
    await link.stop();
  }
};

const ofTemplate = async (rounds: Rounds): Promise<Measured> => {
  const server = await servePage(await buildPage('template.tsx'), 0);
  const link = await openSlowLink(() => Number(new URL(server.address).port), FAST_3G);
  try {
    const opened: Opened = {
      prepare: () => Promise.resolve(),
      origins: { 'no network': server.address, 'fast 3G': link.address },
      path: '/',
      useful: '#counter',
    };
    return await measure('Vite’s template', opened, rounds);
  } finally {
    await link.stop();
    await server.stop();
  }
};

const KB = 1_000;

const rowsOf = (sides: readonly (Measured | Figure)[], { shapes, slower }: Rounds): readonly Row[] => {
  const row = (
    shape: Shape,
    rest: Omit<Row, 'figures' | 'better'>,
    figureOf: (load: Load) => [number, string],
  ): Row => ({
    ...rest,
    better: 'less',
    figures: sides.map((one): Figure => {
      if (!('loads' in one)) return one;
      const load = one.loads.get(shape);
      const [value, note] = load === undefined ? [null, ''] : figureOf(load);
      return { side: one.side, value, note };
    }),
  });
  return [
    row('no network', { name: 'script until there is data, as gzip has it', unit: 'kB', goal: '≤ 150 kB' }, (load) => [
      load.scriptBytes / KB,
      `${load.scripts} files; ${(load.fetchedBytes / KB).toFixed(0)} kB of everything came over the wire`,
    ]),
    ...shapes.map((shape) =>
      row(
        shape,
        {
          name: `to data on a CPU ${slower} × slower, ${shape === 'fast 3G' ? 'as over fast 3G' : 'the network as it is'}`,
          unit: 'ms',
          goal: shape === 'fast 3G' ? 'none: three round trips are 1.7 s' : '≤ 1,000 ms',
        },
        (load) => [load.usefulMs, ''],
      ),
    ),
  ];
};

export const load: Bench = {
  what:
    `the live view of an incident of ${EVENTS.toLocaleString('en-US')} events, opened by an address with nothing in the ` +
    'cache and a warm server, until the first of its rows is painted; the peer until its counter is. The peer is an ' +
    'equivalent of Vite’s React template, written for this bench. Medians of five.',
  packages: ['vite', 'react'],
  run: async (size) => {
    await openBrowser();
    const rounds: Rounds =
      size === 'full'
        ? { shapes: ['no network', 'fast 3G'], slower: SLOWER, warmUps: 2, rounds: 5 }
        : { shapes: ['no network'], slower: 1, warmUps: 0, rounds: 1 };
    const sides = [
      await ofProduct(rounds),
      await ofTemplate(rounds).catch((error: unknown) => failed('Vite’s template', error)),
    ];
    return rowsOf(sides, rounds);
  },
};
