import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { startProduct } from './harness/product.ts';
import { PADDING } from './harness/publish-all.ts';
import { startJetStream } from './peers/jetstream.ts';
import { startRedis } from './peers/redis.ts';
import type { Store } from './peers/store.ts';

const WARM_UP = 200;

/** A publisher on a WebSocket with a frame for each event: it is answered when that is on disk. */
const startOurs = async (): Promise<Store> => {
  const product = await startProduct(1);
  const publisher = await product.publisher();
  return {
    append: (text) => publisher.send([text]),
    async stop() {
      publisher.close();
      await product.stop();
    },
  };
};

/** Appends so many with so many unanswered at a time; resolves to how long that took, in seconds. */
const appendMany = async (store: Store, count: number, inFlight: number, text: string): Promise<number> => {
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await store.append(text);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, work));
  return (performance.now() - began) / 1_000;
};

type Contender = { name: string; start: () => Promise<Store>; text: string };

/** What a peer is given has the bytes of the product's whole event. */
const WHOLE = 'x'.repeat(400);

const CONTENDERS: readonly Contender[] = [
  { name: 'CauseFlow Live', start: startOurs, text: PADDING },
  { name: 'Redis stream', start: startRedis, text: WHOLE },
  { name: 'JetStream', start: startJetStream, text: WHOLE },
];

/** Each contender once, with every number in flight, so that all of its figures are of one server. */
const measure = async ({ name, start, text }: Contender, plan: readonly [number, number][]): Promise<Figure[]> => {
  try {
    const store = await start();
    const figures: Figure[] = [];
    await appendMany(store, WARM_UP, 10, text);
    for (const [inFlight, count] of plan) {
      const seconds = await appendMany(store, count, inFlight, text);
      figures.push({
        side: name,
        value: count / seconds,
        note: [`${count} in ${seconds.toFixed(1)} s`, store.note].filter(Boolean).join('; '),
      });
    }
    await store.stop();
    return figures;
  } catch (error) {
    return plan.map(() => failed(name, error));
  }
};

export const publish: Bench = {
  what: 'events of 400 bytes that are on disk when they are acknowledged, so many unanswered at a time, one publisher.',
  packages: ['ws', 'ioredis', '@nats-io/jetstream'],
  run: async (size) => {
    const plan: [number, number][] =
      size === 'full'
        ? [
            [1, 1_000],
            [10, 5_000],
            [100, 20_000],
          ]
        : [
            [1, 20],
            [100, 200],
          ];
    const all: Figure[][] = [];
    for (const contender of CONTENDERS) all.push(await measure(contender, plan));
    return plan.map(
      ([inFlight], index): Row => ({
        name: `${inFlight} in flight`,
        unit: 'publishes/s',
        better: 'more',
        goal: inFlight === 100 ? '≥ each peer' : 'none',
        figures: all.flatMap((figures) => figures[index] ?? []),
      }),
    );
  },
};
