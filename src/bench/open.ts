import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLog } from '../server/log/embedded-log.ts';
import { type Api, apiOf } from '../server/testing/api-client.ts';
import { longTime, openLong } from '../server/testing/long-incident.ts';
import { admin, TENANT } from '../server/testing/people.ts';
import type { Bench, Row } from './harness/bench.ts';
import { openBrowser } from './harness/browser.ts';
import { startProduct } from './harness/product.ts';
import { quantile } from './harness/quantiles.ts';
import { openInTab } from './open-in-tab.ts';

const INCIDENT = 'inc_long';
const PATH = `/v1/investigation/${INCIDENT}`;
const ROUNDS = 5;
/** What a page of the dashboard asks for. */
const PAGE = 1_000;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};

/** The same call for places all over the incident: the median in milliseconds. */
const spread = async (api: Api, events: number, pathOf: (place: number) => string): Promise<number> => {
  const taken: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const place = Math.floor((events * round) / (ROUNDS + 1));
    taken.push(await timed(() => api.get(`${PATH}${pathOf(place)}`)));
  }
  return quantile(taken, 0.5);
};

const readAll = async (api: Api, events: number): Promise<void> => {
  for (let afterSeq = 0; afterSeq < events; afterSeq += PAGE) {
    await api.get(`${PATH}/events?afterSeq=${afterSeq}&limit=${PAGE}`);
  }
};

const row = (name: string, goal: string, value: number, note = '', peer: Row['figures'] = []): Row => ({
  name,
  unit: 'ms',
  better: 'less',
  goal,
  figures: [{ side: 'CauseFlow Live', value: Math.round(value), note }, ...peer],
});

const measure = async (events: number): Promise<readonly Row[]> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'causeflow-bench-'));
  const { log, close } = await openEmbeddedLog({ dataDir });
  await openLong(log, TENANT, INCIDENT, events);
  await close();
  await openBrowser();
  const product = await startProduct(10, { dataDir });
  try {
    const api = apiOf(product.server.address, await admin());
    const first = await timed(() => api.get(`${PATH}/snapshot`));
    const opening = (): Promise<unknown> =>
      Promise.all([
        api.get(`${PATH}/snapshot?atSeq=${Math.max(0, events - 5_000)}`),
        api.get(`${PATH}/events?beforeSeq=${events + 1}&limit=${PAGE}`),
      ]);
    const open = await spread(api, events, () => '/snapshot');
    const whole = await timed(() => readAll(api, events));
    const rare = encodeURIComponent(`in window ${events - 10}`);
    return [
      row(
        'open: the state and the newest events',
        '≤ 1,000 ms',
        await timed(opening),
        `state alone ${Math.round(open)} ms`,
        [
          {
            side: 'every event, page by page',
            value: Math.round(whole),
            note: 'what a tab without snapshots has to read',
          },
        ],
      ),
      row('fold of a log that has no snapshots yet', 'once', first),
      row('jump by event', '≤ 200 ms', await spread(api, events, (place) => `/events?limit=${PAGE}&atOffset=${place}`)),
      row(
        'jump by time',
        '≤ 200 ms',
        await spread(api, events, (place) => `/events?limit=${PAGE}&atTime=${longTime(place)}`),
      ),
      row('replay seek', '≤ 200 ms', await spread(api, events, (place) => `/snapshot?atEvents=${place}`)),
      row(
        'filter by kind',
        '≤ 200 ms',
        await spread(api, events, (place) => `/events?limit=100&kind=finding&beforeSeq=${place}`),
      ),
      row(
        'search for what is there once',
        '≤ 1,000 ms',
        await timed(() => api.get(`${PATH}/events?limit=100&q=${rare}`)),
      ),
      row(
        'search for what is not there',
        '≤ 1,000 ms',
        await timed(() => api.get(`${PATH}/events?limit=100&q=nobody+said+this`)),
      ),
      ...(await openInTab(product, INCIDENT, events)),
    ];
  } finally {
    await product.stop();
  }
};

export const open: Bench = {
  what:
    'an incident of 1,000,000 events: what its page asks for over HTTP (medians of five places), and until it is on the ' +
    'screen of a tab, beside pages that have a line for each event in memory.',
  packages: ['fastify', '@melloware/react-logviewer', '@tanstack/react-virtual'],
  run: (size) => measure(size === 'full' ? 1_000_000 : 6_000),
};
