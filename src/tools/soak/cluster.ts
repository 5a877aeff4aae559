import { setTimeout as wait } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { type Agent, connectAgent } from '../../agent/connect.ts';
import { type NatsServer, startNatsCluster } from '../../server/log/testing/nats-server.ts';
import { type FaultProxy, startFaultProxy } from '../../server/testing/fault-proxy.ts';
import { AGENT_KEY } from '../../server/testing/people.ts';
import { type ServerProcess, startServer } from '../../server/testing/server-process.ts';
import { slowDisk } from './slow-disk.ts';
import { startSubscriber } from './subscriber.ts';
import { add, noTally, type SoakTally, tallyOf } from './tally.ts';

export const CLUSTER_FAULTS = [
  'leader',
  'follower',
  'node',
  'viewers-node',
  'partition',
  'slow-broker',
  'slow-disk',
] as const;
export type ClusterFault = (typeof CLUSTER_FAULTS)[number];

/** Longest times between two acknowledgements, and between two events at any one viewer, in milliseconds. */
export type ClusterTally = SoakTally & { publishGapMs: number; viewerGapMs: number };

const NODES = 3;
const VIEWERS = 6;
/** A hundred events a second. */
const PUBLISH_EVERY_MS = 10;
const IN_FLIGHT = 25;
/** As a load balancer that asks each node whether it is ready. */
const HEALTH_EVERY_MS = 250;
const FAULT_FOR_MS = 3_000;
/** The broker is held for so long out of every so long. */
const SLOW = { heldMs: 300, everyMs: 400 };

/** Each write of the broker that leads, and each sync, takes so much longer. */
const SLOW_DISK_MS = 100;

type Node = { server: ServerProcess; brokers: readonly FaultProxy[] };

export type Cluster = {
  run(fault: ClusterFault, events: number): Promise<ClusterTally>;
  stop(): Promise<void>;
};

/** The longest pause between two moments that are told to it, from the moment at which it is begun. */
const gaps = () => {
  let last = performance.now();
  let longest = 0;
  return {
    begin(): void {
      last = performance.now();
      longest = 0;
    },
    mark(): void {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    },
    longest: () => Math.round(longest),
  };
};

const leaderOf = async (brokers: readonly NatsServer[]): Promise<number> => {
  const connection = await connect({ servers: brokers.map(({ port }) => `127.0.0.1:${port}`) });
  try {
    const { cluster } = await (await jetstreamManager(connection)).streams.info('causeflow-log');
    return Number(cluster?.leader?.slice(1));
  } finally {
    await connection.close();
  }
};

const isReady = ({ server }: Node): Promise<boolean> =>
  fetch(`${server.address}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Three brokers and three nodes on loopback behind a balancer that asks for their health; each fault is healed after it. */
export const startCluster = async (): Promise<Cluster> => {
  const brokers = await startNatsCluster();
  const nodes: Node[] = [];
  for (let index = 0; index < NODES; index += 1) {
    // Each node reaches the brokers by ways of its own, which can be cut.
    const ways = await Promise.all(brokers.map(({ port }) => startFaultProxy(port)));
    const urls = ways.map(({ port }) => `nats://127.0.0.1:${port}`).join(',');
    const env = { NATS_URL: urls, NATS_REPLICAS: '3', LOG_LEVEL: 'silent' };
    nodes.push({ server: await startServer({ env }), brokers: ways });
  }
  let ready: readonly Node[] = nodes;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const states = await Promise.all(nodes.map(isReady));
      ready = nodes.filter((_, index) => states[index]);
      await wait(HEALTH_EVERY_MS);
    }
  })();
  let turn = 0;
  /** The nodes that connections were led to, in their order. */
  const led: Node[] = [];
  const balancer = await startFaultProxy(() => {
    turn += 1;
    const node = ready[turn % Math.max(1, ready.length)] ?? nodes[0];
    if (node !== undefined) led.push(node);
    return node?.server.port ?? 0;
  });
  const url = `ws://127.0.0.1:${balancer.port}/v1/connect`;

  const killed = async (target: { kill(): Promise<unknown>; start(): Promise<unknown> }): Promise<void> => {
    await target.kill();
    await wait(FAULT_FOR_MS);
    await target.start();
  };
  const killNode = ({ server }: Node): Promise<void> => killed({ kill: () => server.kill(), start: server.restart });
  const brokerAt = (index: number): NatsServer => {
    const broker = brokers[index % brokers.length];
    if (broker === undefined) throw new TypeError('There is no such broker.');
    return broker;
  };

  /** `publisher` and `viewer` are the nodes that the publisher and the first viewer are connected to. */
  const strike = async (fault: ClusterFault, publisher: Node, viewer: Node): Promise<void> => {
    const leader = await leaderOf(brokers);
    switch (fault) {
      case 'leader':
        return killed(brokerAt(leader));
      case 'follower':
        return killed(brokerAt(leader + 1));
      case 'node':
        return killNode(publisher);
      case 'viewers-node':
        return killNode(viewer);
      case 'partition': {
        const until = performance.now() + FAULT_FOR_MS;
        // What is cut is dialled again at once, and cut again.
        while (performance.now() < until) {
          for (const way of publisher.brokers) way.cutAll();
          await wait(PUBLISH_EVERY_MS);
        }
        return;
      }
      case 'slow-broker': {
        const broker = brokerAt(leader + 1);
        for (let passed = 0; passed < FAULT_FOR_MS; passed += SLOW.everyMs) {
          broker.signal('SIGSTOP');
          await wait(SLOW.heldMs);
          broker.signal('SIGCONT');
          await wait(SLOW.everyMs - SLOW.heldMs);
        }
        return;
      }
      case 'slow-disk': {
        const heal = await slowDisk(brokerAt(leader).pid(), SLOW_DISK_MS);
        await wait(FAULT_FOR_MS);
        await heal();
      }
    }
  };

  const everybodyReady = async (): Promise<void> => {
    while (ready.length < NODES) await wait(HEALTH_EVERY_MS);
  };

  return {
    async run(fault, events) {
      await everybodyReady();
      led.length = 0;
      const publisher: Agent = connectAgent({ url, apiKey: AGENT_KEY });
      const { incidentId } = await publisher.openIncident({ title: `A soak of the cluster: ${fault}` });
      const [publishingNode] = led;
      const viewers = await Promise.all(
        Array.from({ length: VIEWERS }, async () => {
          const pauses = gaps();
          return { pauses, of: await startSubscriber({ url, apiKey: AGENT_KEY, incidentId, onArrival: pauses.mark }) };
        }),
      );
      const viewersNode = led.slice(1).find((node) => node !== publishingNode);
      if (publishingNode === undefined || viewersNode === undefined) throw new Error('The balancer led nobody on.');
      try {
        const acknowledged = new Set<string>();
        const publishes = gaps();
        for (const { pauses } of viewers) pauses.begin();
        const underWay = new Set<Promise<unknown>>();
        let striking: Promise<void> | undefined;
        for (let index = 0; index < events; index += 1) {
          const one = publisher
            .publish('investigation.progress', { incidentId, agentName: 'Soak', message: `m${index}` })
            .then(({ eventId }) => {
              acknowledged.add(eventId);
              publishes.mark();
            })
            .finally(() => underWay.delete(one));
          underWay.add(one);
          if (index === Math.floor(events / 3)) striking = strike(fault, publishingNode, viewersNode);
          await wait(PUBLISH_EVERY_MS);
          while (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
        }
        await Promise.all([...underWay, striking]);
        const isComplete = (): boolean => viewers.every(({ of }) => tallyOf(acknowledged, of.received).lost === 0);
        while (!isComplete()) await wait(PUBLISH_EVERY_MS);
        return {
          ...viewers.map(({ of }) => tallyOf(acknowledged, of.received)).reduce(add, noTally),
          acknowledged: acknowledged.size,
          publishGapMs: publishes.longest(),
          viewerGapMs: Math.max(...viewers.map(({ pauses }) => pauses.longest())),
        };
      } finally {
        for (const { of } of viewers) of.close();
        await publisher.close();
      }
    },
    async stop() {
      isOver = true;
      await watching;
      await balancer.close();
      for (const { server, brokers: ways } of nodes) {
        await server.stop();
        for (const way of ways) await way.close();
      }
      for (const broker of brokers) await broker.stop();
    },
  };
};
