import { type NatsServer, startNats } from '../server/log/testing/nats-server.ts';
import { apiOf } from '../server/testing/api-client.ts';
import { admin } from '../server/testing/people.ts';
import { type ServerProcess, startServer } from '../server/testing/server-process.ts';
import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { type Crowd, startCrowd } from './harness/crowd.ts';
import { cpuMs } from './harness/proc.ts';
import { publishAll, textsOf } from './harness/publish-all.ts';
import { openPublisher } from './harness/publisher.ts';

const VIEWERS = { full: 200, tiny: 5 };
const EVENTS = { full: 4_000, tiny: 50 };
/** 250 a second: a busy cluster, and no machine at its limit, where all costs less for each. */
const TICK_MS = 4;

type Cost = { nodesMs: readonly number[]; brokerMs: number; deliveries: number };

/** What so many events cost nodes with so many viewers each; the first of them is published to. */
const costOf = async (broker: NatsServer | undefined, viewers: readonly number[], events: number): Promise<Cost> => {
  const nodes: ServerProcess[] = [];
  const crowds: Crowd[] = [];
  try {
    const env = { LOG_LEVEL: 'silent', ...(broker === undefined ? {} : { NATS_URL: broker.url }) };
    for (const _ of viewers) nodes.push(await startServer({ env }));
    const [first] = nodes;
    if (first === undefined) throw new TypeError('There is no node.');
    const incidentId = await apiOf(first.address, await admin()).openIncident();
    for (const [index, { port }] of nodes.entries()) {
      const count = viewers[index] ?? 0;
      if (count === 0) continue;
      const crowd = startCrowd({ dialect: 'relay', incidentId, port, events, replay: false });
      crowds.push(crowd);
      await crowd.tell({ do: 'open', count, atOnce: 50 });
    }
    const publisher = await openPublisher(first.port, incidentId);
    const before = nodes.map(({ pid }) => cpuMs(pid()));
    const brokerBefore = broker === undefined ? 0 : cpuMs(broker.pid());
    const published = publishAll(publisher, textsOf(events), { perTick: 1, everyMs: TICK_MS });
    const complete = Promise.all(crowds.map((crowd) => crowd.tell({ do: 'complete' })));
    const [got] = await Promise.all([complete, published]);
    const faults = got.reduce((sum, one) => sum + one.missing + one.doubled + one.reordered + one.cutOff, 0);
    if (faults > 0) throw new Error(`Not all was delivered: ${JSON.stringify(got)}`);
    return {
      nodesMs: nodes.map(({ pid }, index) => cpuMs(pid()) - (before[index] ?? 0)),
      brokerMs: broker === undefined ? 0 : cpuMs(broker.pid()) - brokerBefore,
      deliveries: events * viewers.reduce((sum, count) => sum + count, 0),
    };
  } finally {
    for (const crowd of crowds) crowd.stop();
    for (const node of nodes) await node.stop();
  }
};

const withBroker = async <Result>(use: (broker: NatsServer) => Promise<Result>): Promise<Result> => {
  const broker = await startNats();
  try {
    return await use(broker);
  } finally {
    await broker.stop();
  }
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const figureOf = (side: string, { nodesMs, brokerMs, deliveries }: Cost, events: number): Figure => ({
  side,
  value: sum(nodesMs) / 1_000 / (deliveries / 1e6),
  note: `${nodesMs.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', ')} of the nodes; broker ${(brokerMs / events).toFixed(2)} ms an event`,
});

const perDelivery = async (nodes: number, size: 'full' | 'tiny'): Promise<Row> => {
  const events = EVENTS[size];
  const viewers = Array.from({ length: nodes }, () => VIEWERS[size]);
  const own = await withBroker((broker) => costOf(broker, viewers, events)).then(
    (cost) => figureOf('CauseFlow Live', cost, events),
    (error: unknown) => failed('CauseFlow Live', error),
  );
  const alone = nodes > 1 ? [] : [figureOf('without a broker', await costOf(undefined, viewers, events), events)];
  return {
    name: `${nodes} nodes, ${VIEWERS[size]} viewers each`,
    unit: 'CPU s per million deliveries',
    better: 'less',
    goal: 'the same for each number of nodes',
    figures: [own, ...alone],
  };
};

/** What an event costs that nobody looks at: where it is published, and on each of the other nodes. */
const perEvent = async (size: 'full' | 'tiny'): Promise<Row> => {
  const events = EVENTS[size];
  const { nodesMs, brokerMs } = await withBroker((broker) => costOf(broker, [0, 0], events));
  const [published = 0, followed = 0] = nodesMs;
  return {
    name: 'an event without viewers',
    unit: 'CPU ms',
    better: 'less',
    goal: '',
    figures: [
      { side: 'CauseFlow Live', value: published / events, note: 'on the node that it is published to' },
      { side: 'another node', value: followed / events, note: `broker ${(brokerMs / events).toFixed(2)} ms` },
    ],
  };
};

export const nodes: Bench = {
  what:
    `nodes that share a log in JetStream, ${VIEWERS.full} viewers of one incident on each, 250 events of 400 bytes a ` +
    'second published to the first; CPU time of the nodes, not the time on the wall.',
  packages: ['@nats-io/jetstream', 'ws'],
  needsBroker: true,
  run: async (size) => {
    const counts = size === 'full' ? [1, 2, 3] : [1];
    const rows: Row[] = [];
    for (const count of counts) rows.push(await perDelivery(count, size));
    return [...rows, await perEvent(size)];
  },
};
