import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { idle, inTab, openBrowser } from './harness/browser.ts';
import { startCrowd } from './harness/crowd.ts';
import { delaysOf, markOf, watchMarks } from './harness/meter.ts';
import { type Pace, paced } from './harness/pace.ts';
import { buildPage } from './harness/page-build.ts';
import { servePage } from './harness/page-server.ts';
import { startProduct } from './harness/product.ts';
import { longest, quantile } from './harness/quantiles.ts';
import type { Side } from './harness/side.ts';
import type { Tab } from './harness/tab.ts';
import { liveViewOf } from './harness/viewers.ts';
import { startSocketIo } from './peers/peer.ts';

/** What the incident begins with, before the page opens. */
const BEFORE = 20;

type Load = { viewers: number; pace: Pace };
type Delays = { side: string; delays: readonly number[]; unseen: number };

type Watch = <T>(work: (tab: Tab) => Promise<T>) => Promise<T>;

/** Publishes to everybody who watches, a page among them, and answers how late the page showed each of its `rows`. */
const delaysOfSide = async (side: Side, watch: Watch, rows: string, { viewers, pace }: Load): Promise<Delays> => {
  const total = Math.round(pace.perSecond * pace.seconds);
  const crowd = startCrowd({ ...side.crowd, port: side.port(), events: BEFORE + total, replay: false });
  const publisher = await side.publisher();
  try {
    // The page is one of them.
    await crowd.tell({ do: 'open', count: viewers - 1, atOnce: viewers });
    await publisher.send(Array.from({ length: BEFORE }, (_, index) => `before ${index}`));
    return await watch(async (tab) => {
      await watchMarks(tab, rows);
      let sent = 0;
      await paced(pace, (count) => {
        sent += count;
        return publisher.send(Array.from({ length: count }, (_, index) => markOf(sent - count + index)));
      });
      const { missing, doubled, reordered, cutOff } = await crowd.tell({ do: 'complete' });
      if (missing + doubled + reordered + cutOff > 0) throw new Error(`${missing} missing, ${cutOff} cut off`);
      await tab.until(
        `[...document.querySelectorAll('${rows}')].some((row) => row.textContent.includes('#${total - 1}@'))`,
      );
      // The newest is in the page; that it was painted is known a frame later.
      await tab.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
      const delays = await delaysOf(tab);
      return { side: side.name, delays, unseen: total - delays.length };
    });
  } finally {
    publisher.close();
    crowd.stop();
  }
};

const ofProduct = async (load: Load): Promise<Delays> => {
  const product = await startProduct(load.viewers);
  const watch: Watch = (work) => liveViewOf(product).watching(product.incidentId, ({ tab }) => work(tab));
  try {
    return await delaysOfSide(product, watch, '[data-event-id]', load);
  } finally {
    await product.stop();
  }
};

const ofSocketIo = async (load: Load): Promise<Delays> => {
  const built = await buildPage('socket-io.tsx');
  const peer = await startSocketIo();
  const server = await servePage(built, peer.port());
  const watch: Watch = (work) =>
    inTab(async (tab) => {
      await tab.open(`${server.address}/?port=${peer.port()}`);
      await tab.until(`document.querySelector('#held') !== null`);
      await idle(tab);
      return work(tab);
    });
  try {
    return await delaysOfSide(peer, watch, 'li', load);
  } finally {
    await server.stop();
    await peer.stop();
  }
};

const rowOf = (name: string, goal: string, part: number, sides: readonly (Delays | Figure)[]): Row => ({
  name,
  unit: 'ms',
  better: 'less',
  goal,
  figures: sides.map((one): Figure => {
    if (!('delays' in one)) return one;
    const note = `longest ${longest(one.delays).toFixed(0)} ms, ${one.delays.length} seen, ${one.unseen} never`;
    return { side: one.side, value: quantile(one.delays, part), note };
  }),
});

export const latency: Bench = {
  what:
    'from the moment of publishing to the frame that shows the event in a tab, 100 a second, 50 viewers of whom one is ' +
    'that tab; one clock. Ours is durable before it is told, the peer keeps nothing.',
  packages: ['socket.io', 'socket.io-client', 'react'],
  run: async (size) => {
    await openBrowser();
    const load: Load =
      size === 'full'
        ? { viewers: 50, pace: { perSecond: 100, seconds: 20 } }
        : { viewers: 5, pace: { perSecond: 100, seconds: 0.3 } };
    const sides = [
      await ofProduct(load),
      await ofSocketIo(load).catch((error: unknown) => failed('Socket.IO, React', error)),
    ];
    const name = `${load.viewers} viewers, ${load.pace.perSecond} a second`;
    return [rowOf(`${name}, p50`, '≤ 33.3 ms, two frames', 0.5, sides), rowOf(`${name}, p99`, '≤ 50 ms', 0.99, sides)];
  },
};
