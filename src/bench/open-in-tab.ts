import { z } from 'zod';
import { longId, longTime, told } from '../server/testing/long-incident.ts';
import { type Figure, failed, type Row } from './harness/bench.ts';
import { firstSeen, idle, inTab, signIn } from './harness/browser.ts';
import { buttonOf, showButtonOf } from './harness/elements.ts';
import { buildPage, type PageName } from './harness/page-build.ts';
import { servePage } from './harness/page-server.ts';
import type { Product } from './harness/product.ts';
import type { Tab } from './harness/tab.ts';

const MB = 1_000_000;

const ACTS = ['open', 'jump by event', 'jump by time', 'filter', 'search', 'replay seek', 'heap'] as const;
type Act = (typeof ACTS)[number];
type Opened = { side: string; taken: Partial<Record<Act, number>>; note: string };

const goals: Record<Act, string> = {
  open: '≤ 1,000 ms',
  'jump by event': '≤ 200 ms',
  'jump by time': '≤ 200 ms',
  filter: '≤ 200 ms',
  search: '≤ 1,000 ms',
  'replay seek': '≤ 200 ms',
  heap: '≤ 150 MB',
};

/** The finding nearest to this part of the incident, which is a row of its own, on a full second and alone in its text. */
const findingAt = (events: number, share: number): number => Math.floor((events * share) / 20) * 20 + 10;

/** Milliseconds until an expression of the page's is true of the screen, from what `act` does first. */
const shown = async (tab: Tab, isThere: string, act = ''): Promise<number> =>
  z.number().parse(await tab.evaluate(`benchMeter.timeTo(() => { ${act} }, () => ${isThere})`));

/** The same once the page has done with what was before. */
const timeTo = async (tab: Tab, act: string, isThere: string): Promise<number> => {
  await idle(tab);
  return shown(tab, isThere, act);
};

const firstAt = async (tab: Tab, address: string, row: string): Promise<number> => {
  const seen = await firstSeen(tab, address, row);
  await idle(tab);
  return seen;
};

const megabytesOf = async (tab: Tab): Promise<number> => (await tab.heapBytes()) / MB;

const ROWS = '[role=feed] [data-event-id]';
const isShown = (seq: number): string => `document.querySelector('[data-event-id="${longId(seq)}"]') !== null`;
/** Types as React hears it. */
const typed = (label: string, text: string): string =>
  `const field = document.querySelector('[aria-label="${label}"]');` +
  `Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(text)});` +
  `field.dispatchEvent(new Event('input', { bubbles: true }));`;

const ofProduct = (product: Product, incidentId: string, events: number): Promise<Opened> =>
  inTab(async (tab) => {
    const { address } = product.server;
    await signIn(tab, address);
    const open = await firstAt(tab, `${address}/incidents/${incidentId}`, ROWS);
    const toEvent = findingAt(events, 0.4);
    const byEvent = await timeTo(tab, typed('Position by event', String(toEvent - 1)), isShown(toEvent));
    const toTime = findingAt(events, 0.3);
    const clock = new Date(longTime(toTime)).toISOString().slice(11, 19);
    await timeTo(tab, typed('Time to go to', clock), 'true');
    const byTime = await timeTo(
      tab,
      `document.querySelector('[aria-label="Time to go to"]').form.requestSubmit()`,
      isShown(toTime),
    );
    await tab.evaluate(`${buttonOf('Follow')}.click()`);
    const rows = `[...document.querySelectorAll('[role=feed] article')]`;
    const filter = await timeTo(
      tab,
      `${showButtonOf('Findings')}.click()`,
      `${rows}.length > 0 && !${rows}.some((row) => /Thought|Message/.test(row.ariaLabel))`,
    );
    const rare = findingAt(events, 0.5);
    const search = await timeTo(tab, typed('Filter the timeline by text', `changed in window ${rare}`), isShown(rare));
    await tab.evaluate(`${buttonOf('Clear the filter')}.click()`);
    await idle(tab);
    const from = z.number().parse(await tab.evaluate('performance.now()'));
    await tab.click(`document.querySelector('[aria-label="Replay position"]')`, 0.25);
    const seqs = `[...document.querySelectorAll('[role=feed] [data-seq]')].map((row) => Number(row.dataset.seq))`;
    await shown(tab, `${seqs}.length > 0 && ${seqs}.every((seq) => seq < ${events * 0.26})`);
    const sought = z.number().parse(await tab.evaluate('performance.now()')) - from;
    const taken: Opened['taken'] = {
      open,
      'jump by event': byEvent,
      'jump by time': byTime,
      filter,
      search,
      'replay seek': sought,
      heap: await megabytesOf(tab),
    };
    return { side: product.name, taken, note: '' };
  });

/** A peer is given a line an event, and nothing that would have to be parsed. */
const linesOf = function* (events: number): Generator<string> {
  for (let seq = 1; seq <= events; seq += 1) {
    const [, { agentName, kind, message }] = told(seq);
    yield `#${seq} ${new Date(longTime(seq)).toISOString()} ${agentName} ${kind ?? 'other'}: ${message ?? ''}\n`;
  }
};

const ofPeer = async (side: string, pageName: PageName, events: number): Promise<Opened> => {
  const server = await servePage(await buildPage(pageName), 0, { lines: () => linesOf(events) });
  try {
    return await inTab(async (tab) => {
      const open = await firstAt(tab, server.address, '.log-line');
      const has = (text: string): string => `document.body.textContent.includes(${JSON.stringify(text)})`;
      const toEvent = findingAt(events, 0.4);
      const byEvent = await timeTo(tab, `peer.jump(${toEvent})`, has(`#${toEvent} `));
      const rows = `[...document.querySelectorAll('.log-line')]`;
      const filter = await timeTo(
        tab,
        `peer.filter(' finding: ')`,
        `${rows}.length > 0 && ${rows}.every((row) => row.textContent.includes(' finding: '))`,
      );
      await timeTo(tab, `peer.filter('')`, has(' '));
      const rare = findingAt(events, 0.5);
      const search = await timeTo(tab, `peer.filter('window ${rare}')`, has(`#${rare} `));
      const taken = { open, 'jump by event': byEvent, filter, search, heap: await megabytesOf(tab) };
      return { side, taken, note: 'all lines at once, each a text; no state of the incident' };
    });
  } finally {
    await server.stop();
  }
};

const rowOf = (act: Act, sides: readonly (Opened | Figure)[]): Row => ({
  name: `in a tab: ${act}`,
  unit: act === 'heap' ? 'MB' : 'ms',
  better: 'less',
  goal: goals[act],
  // A peer that has no such thing is not in the row.
  figures: sides.flatMap((one): Figure[] => {
    if (!('taken' in one)) return [one];
    const value = one.taken[act];
    return value === undefined ? [] : [{ side: one.side, value: Math.round(value), note: one.note }];
  }),
});

/** The same incident in a tab: until what was asked for is on the screen, the product’s own waiting for a rest included. */
export const openInTab = async (product: Product, incidentId: string, events: number): Promise<readonly Row[]> => {
  const sides = [
    await ofProduct(product, incidentId, events),
    await ofPeer('react-logviewer', 'whole-log.tsx', events).catch((error: unknown) =>
      failed('react-logviewer', error),
    ),
    await ofPeer('a virtual list', 'whole-list.tsx', events).catch((error: unknown) => failed('a virtual list', error)),
  ];
  return ACTS.map((act) => rowOf(act, sides));
};
