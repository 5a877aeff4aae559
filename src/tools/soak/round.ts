import { once } from 'node:events';
import { type Agent, connectAgent } from '../../agent/connect.ts';
import { newId } from '../../protocol/ids.ts';
import { startFaultProxy } from '../../server/testing/fault-proxy.ts';
import { AGENT_KEY } from '../../server/testing/people.ts';
import { startServer } from '../../server/testing/server-process.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';
import { add, noTally, type SoakTally, tallyOf } from './tally.ts';

export const FAULTS = ['kill', 'cut', 'cut-mid-frame', 'delay', 'duplicate', 'stop', 'stop-reader', 'clock'] as const;
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
/** Far beyond every heartbeat and ticket, in either direction. */
const MAX_CLOCK_STEP_MS = 15 * 60_000;
/** One event in ten is long, so that a frozen reader has something to fall behind by. */
const MAX_PADDING = 20_000;

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Publishes through faults and compares what was acknowledged with what each subscriber got. */
export const runRound = async (options: RoundOptions): Promise<SoakTally> => {
  const { events, faults, strikes, random } = options;
  const server = await startServer({ env: { LOG_LEVEL: 'silent' } });
  const proxy = await startFaultProxy(server.port);
  const url = `ws://127.0.0.1:${proxy.port}/v1/connect`;
  const publisher: Agent = connectAgent({ url, apiKey: AGENT_KEY });
  const subscribers: Subscriber[] = [];
  try {
    const { incidentId } = await publisher.openIncident({ title: 'A soak' });
    const arrivals = new EventTarget();
    const onArrival = (): void => void arrivals.dispatchEvent(new Event('event'));
    for (let index = 0; index < options.subscribers; index += 1) {
      subscribers.push(await startSubscriber({ url, apiKey: AGENT_KEY, incidentId, onArrival }));
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
          return;
        case 'stop-reader': {
          const reader = pick(subscribers, random);
          reader?.freeze();
          await wait(STOPPED_MS);
          return reader?.thaw();
        }
        case 'clock':
          return server.stepClock(Math.round((random() * 2 - 1) * MAX_CLOCK_STEP_MS));
      }
    };

    const acknowledged = new Set<string>();
    const underWay = new Set<Promise<unknown>>();
    const duplicates = faults.includes('duplicate');
    const publish = async (index: number): Promise<void> => {
      const padding = random() < 0.1 ? 'x'.repeat(Math.floor(random() * MAX_PADDING)) : '';
      const message = `m${index}${padding}`;
      const event = { incidentId, agentName: 'Soak', message, eventId: newId('evt') };
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
    while (
      subscribers.some(({ received }) => new Set(received.map(({ eventId }) => eventId)).size < acknowledged.size)
    ) {
      await once(arrivals, 'event');
    }
    return subscribers.map(({ received }) => tallyOf(acknowledged, received)).reduce(add, noTally);
  } finally {
    for (const subscriber of subscribers) subscriber.close();
    await publisher.close();
    await proxy.close();
    await server.stop();
  }
};
