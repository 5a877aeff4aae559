import { z } from 'zod';
import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { firstSeen, idle, inTab, openBrowser, signIn } from './harness/browser.ts';
import { buttonOf, showButtonOf } from './harness/elements.ts';
import { nextEvents } from './harness/events.ts';
import { paced } from './harness/pace.ts';
import { buildPage } from './harness/page-build.ts';
import { servePage } from './harness/page-server.ts';
import { startProduct } from './harness/product.ts';
import { quantile } from './harness/quantiles.ts';
import type { Tab } from './harness/tab.ts';

const SLOWER = 4;
const FILTER = 'a filter';
const UNFILTER = 'the filter taken back';

/** What somebody does, and the event that it ends with. */
type Press = { name: string; last: 'click' | 'keydown'; act(tab: Tab): Promise<void> };

const click = (name: string, element: string): Press => ({
  name,
  last: 'click',
  act: (tab) => tab.click(element, 0.5),
});
const key = (name: string, pressed: string, code: number): Press => ({
  name,
  last: 'keydown',
  act: (tab) => tab.press(pressed, code),
});

/** Kept by the page: once it is open it stands elsewhere among the rows. */
const TOGGLE = `(globalThis.toggle = document.querySelectorAll('[role=feed] [data-row-toggle]')[8])`;

const LANE = `document.querySelector('#agents li button')`;

/** One after the other, and at the end all is as it was. */
const PRESSES: readonly Press[] = [
  click(FILTER, showButtonOf('Findings')),
  click(UNFILTER, showButtonOf('All')),
  click('one agent alone', LANE),
  click('all agents again', LANE),
  click('a row opens', TOGGLE),
  click('a row closes', 'toggle'),
  click('follow', buttonOf('Follow')),
  key('the next row, by key', 'k', 75),
  click('follow again', buttonOf('Follow')),
  click('the menu of agents', buttonOf('Agent')),
  key('a menu closes', 'Escape', 27),
  click('a dialog', buttonOf('Add context')),
  key('a dialog closes', 'Escape', 27),
  click('a moment of the past', `document.querySelector('[aria-label="Replay position"]')`),
  click('back to now', buttonOf('Back to live')),
];

const takenBy = async (tab: Tab, { last, act }: Press): Promise<number> => {
  await idle(tab);
  await tab.evaluate(`void (globalThis.pressed = benchMeter.presses.next('${last}'))`);
  await act(tab);
  return z.number().parse(await tab.evaluate('pressed'));
};

type Taken = ReadonlyMap<string, number>;

/** `warmUps` are rounds that do not count: they fetch what comes on demand. */
type Rounds = { warmUps: number; rounds: number };

/** Medians in milliseconds. */
const mediansOf = async (tab: Tab, presses: readonly Press[], { warmUps, rounds }: Rounds): Promise<Taken> => {
  const taken = new Map<string, number[]>(presses.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const press of presses) {
      const ms = await takenBy(tab, press);
      if (round >= warmUps) taken.get(press.name)?.push(ms);
    }
  }
  return new Map([...taken].map(([name, all]) => [name, quantile(all, 0.5)]));
};

const ofProduct = async (events: number, rounds: Rounds): Promise<Taken> => {
  const product = await startProduct(10);
  const agent = await product.agent(product.incidentId);
  try {
    await paced({ perSecond: events, seconds: 1 }, (count) => agent.publish(nextEvents(count)));
    const { address } = product.server;
    return await inTab(async (tab) => {
      await signIn(tab, address);
      await firstSeen(tab, `${address}/incidents/${product.incidentId}`, '[role=feed] [data-event-id]');
      await idle(tab);
      await tab.slowDown(SLOWER);
      return mediansOf(tab, PRESSES, rounds);
    });
  } finally {
    agent.close();
    await product.stop();
  }
};

/** A list of lines has no controls; it gets a button for each thing that it can do. */
const withButton = (name: string, words: string): string =>
  `document.body.append(Object.assign(document.createElement('button'), { textContent: '${name}', onclick: () => peer.filter('${words}') }))`;

const ofList = async (events: number, rounds: Rounds): Promise<Taken> => {
  const lines = nextEvents(events).map(({ params }) => `${params.kind} ${params.message}\n`);
  const server = await servePage(await buildPage('whole-list.tsx'), 0, { lines: () => lines });
  try {
    return await inTab(async (tab) => {
      await firstSeen(tab, server.address, '.log-line');
      await tab.evaluate(`${withButton('Findings', 'finding')}; ${withButton('All', '')}`);
      await idle(tab);
      await tab.slowDown(SLOWER);
      return mediansOf(tab, [click(FILTER, buttonOf('Findings')), click(UNFILTER, buttonOf('All'))], rounds);
    });
  } finally {
    await server.stop();
  }
};

const measure = async (events: number, rounds: Rounds): Promise<readonly Row[]> => {
  await openBrowser();
  const own = await ofProduct(events, rounds);
  const list = await ofList(events, rounds).catch((error: unknown) => failed('a virtual list', error));
  return PRESSES.map(({ name }): Row => {
    const figures: Figure[] = [{ side: 'CauseFlow Live', value: own.get(name) ?? null, note: '' }];
    if (!('side' in list)) {
      const value = list.get(name);
      if (value !== undefined) figures.push({ side: 'a virtual list', value, note: 'of lines of text' });
    } else if (name === FILTER) figures.push(list);
    return { name, unit: 'ms', better: 'less', goal: '≤ 200 ms', figures };
  });
};

export const press: Bench = {
  what:
    'presses and keys in the live view of an incident of 4,000 events on a CPU four times slower, each until what it ' +
    'changed is on the screen, as the browser tells it (Event Timing; what is shorter than 16 ms counts as 16). Medians of seven.',
  packages: ['@tanstack/react-virtual'],
  run: (size) =>
    size === 'full' ? measure(4_000, { warmUps: 1, rounds: 7 }) : measure(200, { warmUps: 0, rounds: 1 }),
};
