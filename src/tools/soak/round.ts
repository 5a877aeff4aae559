import { once } from 'node:events';
import { type Agent, connectAgent } from '../../agent/connect.ts';
import { newId } from '../../protocol/ids.ts';
import { AGENT_KEY } from '../../server/testing/people.ts';
import { startServer } from '../../server/testing/server-process.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { add, noTally, type Received, type SoakTally, tallyOf } from './tally.ts';

export const FAULTS = ['kill', 'cut', 'cut-mid-frame', 'delay', 'duplicate', 'stop'] as const;
export type Fault = (typeof FAULTS)[number];

export type RoundOptions = {
  events: number;
  faults: readonly Fault[];
  /** How many faults strike while the events are published. */
  strikes: number;
  subscribers: number;
  random: () => number;
};

/** How many publishes are under way at a time, so that each fault finds some. */
const IN_FLIGHT = 25;
const STOPPED_MS = 300;
const DELAY_MS = 40;
const MAX_CUT_BYTES = 4_000;

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Publishes through faults and compares what was acknowledged with what each subscriber got. */
export const runRound = async (options: RoundOptions): Promise<SoakTally> => {
  const { events, faults, strikes, random } = options;
  const server = await startServer({ env: { LOG_LEVEL: 'silent' } });
  const proxy = await startFaultProxy(server.port);
  const agents: Agent[] = [];
  const connect = (): Agent => {
    const agent = connectAgent({ url: `ws://127.0.0.1:${proxy.port}/v1/connect`, apiKey: AGENT_KEY });
    agents.push(agent);
    return agent;
  };
  try {
    const publisher = connect();
    const { incidentId } = await publisher.openIncident({ title: 'A soak' });
    const arrivals = new EventTarget();
    const received: Received[][] = [];
    for (let index = 0; index < options.subscribers; index += 1) {
      const list: Received[] = [];
      received.push(list);
      const subscriber = connect();
      await subscriber.subscribe(
        incidentId,
        ({ params }) => {
          list.push({ eventId: String(params.eventId), seq: Number(params.seq) });
          arrivals.dispatchEvent(new Event('event'));
        },
        { afterSeq: 0 },
      );
    }

    const strike = async (fault: Fault): Promise<void> => {
      switch (fault) {
        case 'kill':
          await server.kill('SIGKILL');
          return server.restart();
        case 'cut':
          return proxy.cutAll();
        case 'cut-mid-frame':
          proxy.cutAfterBytes(1 + Math.floor(random() * MAX_CUT_BYTES));
          await wait(STOPPED_MS);
          return proxy.cutAfterBytes(undefined);
        case 'delay':
          proxy.delay(DELAY_MS);
          await wait(STOPPED_MS);
          return proxy.delay(0);
        case 'duplicate':
          return;
        case 'stop':
          process.kill(server.pid(), 'SIGSTOP');
          await wait(STOPPED_MS);
          process.kill(server.pid(), 'SIGCONT');
      }
    };

    const acknowledged = new Set<string>();
    const underWay = new Set<Promise<unknown>>();
    const duplicates = faults.includes('duplicate');
    const publish = async (index: number): Promise<void> => {
      const event = { incidentId, agentName: 'Soak', message: `m${index}`, eventId: newId('evt') };
      const repeat = duplicates && random() < 0.1;
      const stored = await Promise.all([
        publisher.publish('investigation.progress', event),
        ...(repeat ? [publisher.publish('investigation.progress', event)] : []),
      ]);
      for (const { eventId } of stored) acknowledged.add(eventId);
    };
    const strikeAt = new Set(Array.from({ length: strikes }, () => Math.floor(random() * events)));
    const striking: Promise<void>[] = [];
    let last: Promise<void> = Promise.resolve();
    for (let index = 0; index < events; index += 1) {
      const one = publish(index).finally(() => underWay.delete(one));
      underWay.add(one);
      if (strikeAt.has(index)) {
        const fault = pick(faults, random) ?? 'cut';
        last = last.then(() => strike(fault));
        striking.push(last);
      }
      while (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
    }
    await Promise.all([...underWay, ...striking]);
    while (received.some((list) => new Set(list.map(({ eventId }) => eventId)).size < acknowledged.size)) {
      await once(arrivals, 'event');
    }
    return received.map((list) => tallyOf(acknowledged, list)).reduce(add, noTally);
  } finally {
    await Promise.all(agents.map((agent) => agent.close()));
    await proxy.close();
    await server.stop();
  }
};
