import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { startCrowd } from './harness/crowd.ts';
import { cpuMs } from './harness/proc.ts';
import { startProduct } from './harness/product.ts';
import { publishAll, TICKS_UNDER_WAY, textsOf } from './harness/publish-all.ts';
import type { Side } from './harness/side.ts';
import { startPlainWs, startSocketIo } from './peers/peer.ts';

const SUBSCRIBERS = { full: 200, tiny: 10 };
type Load = { subscribers: number; events: number; perTick: number };

const measure = async (start: () => Promise<Side>, name: string, load: Load): Promise<Figure> => {
  const { subscribers, events, perTick } = load;
  try {
    const side = await start();
    const crowd = startCrowd({ ...side.crowd, port: side.port(), events, replay: false });
    try {
      await crowd.tell({ do: 'open', count: subscribers, atOnce: 50 });
      const before = cpuMs(side.pid());
      const began = performance.now();
      const published = publishAll(await side.publisher(), textsOf(events), { perTick });
      const [, got] = await Promise.all([published, crowd.tell({ do: 'complete' })]);
      const seconds = (performance.now() - began) / 1_000;
      const { missing, doubled, reordered, cutOff } = got;
      if (missing + doubled + reordered + cutOff > 0) throw new Error(`Not all was delivered: ${JSON.stringify(got)}`);
      const cpu = (cpuMs(side.pid()) - before) / 1_000;
      const note = `${seconds.toFixed(1)} s, server ${cpu.toFixed(1)} s CPU, clients ${(got.cpuMs / 1_000).toFixed(1)} s`;
      return { side: side.name, value: (events * subscribers) / seconds, note };
    } finally {
      crowd.stop();
      await side.stop();
    }
  } catch (error) {
    return failed(name, error);
  }
};

const rowOf = async (load: Load, goal: string): Promise<Row> => ({
  name: `${load.subscribers} subscribers, ${load.perTick} a tick`,
  unit: 'deliveries/s',
  better: 'more',
  goal,
  figures: [
    await measure(() => startProduct(load.subscribers), 'CauseFlow Live', load),
    await measure(startPlainWs, 'plain ws', load),
    await measure(startSocketIo, 'Socket.IO', load),
  ],
});

export const fanout: Bench = {
  what:
    `one publisher, ${SUBSCRIBERS.full} subscribers of one incident, events of 400 bytes, each delivery counted; ` +
    `up to ${TICKS_UNDER_WAY} of the publisher's ticks unanswered. The peers keep nothing; ours answers once an event is on disk.`,
  packages: ['ws', 'socket.io', 'socket.io-client'],
  run: async (size) => {
    const load = { subscribers: SUBSCRIBERS[size], events: size === 'full' ? 4_000 : 80 };
    const many = await rowOf({ ...load, perTick: 8 }, '≥ 5 × Socket.IO, ≥ 4 × plain ws');
    return size === 'tiny' ? [many] : [await rowOf({ ...load, perTick: 1 }, '≥ 1.3 × either'), many];
  },
};
