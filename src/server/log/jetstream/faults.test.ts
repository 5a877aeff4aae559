import { rm } from 'node:fs/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { LogUnavailable } from '../event-log.ts';
import { appendIds, idsOf, newEvent, STREAM } from '../testing/events.ts';
import { canSyncAlways, NATS_SERVER, type NatsServer, startNats, startNatsCluster } from '../testing/nats-server.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { type JetStreamOptions, type JetStreamSystem, openJetStream } from './jetstream-log.ts';

/** How long a broker, or the election of a leader, may take. */
const POLL = { timeout: 30_000 };

const ALL = { ...STREAM, limit: 1_000_000 };

const openNode = async (
  brokers: readonly NatsServer[],
  options: Partial<JetStreamOptions> = {},
): Promise<JetStreamSystem> => {
  const system = await openJetStream({
    nats: { urls: brokers.map(({ url }) => new URL(url)) },
    namespace: 'causeflow',
    replicas: brokers.length,
    maxBytes: -1,
    copyEvery: 20_000,
    dataDir: await temporaryDirectory(),
    ...options,
  });
  onTestFinished(system.close);
  return system;
};

const oneBroker = async (syncAlways = false): Promise<NatsServer> => {
  const broker = await startNats({ syncAlways });
  onTestFinished(broker.stop);
  return broker;
};

/** Which of the brokers leads the stream of the log; while one is elected there is none, and nobody may answer. */
const rolesOf = async (brokers: readonly NatsServer[]) => {
  const connection = await connect({ servers: brokers.map(({ port }) => `127.0.0.1:${port}`) });
  onTestFinished(() => connection.close());
  const jsm = await jetstreamManager(connection);
  return async (): Promise<{ leader: NatsServer | undefined; followers: readonly NatsServer[] }> => {
    let name: string | undefined;
    const ask = async (): Promise<string | undefined> => {
      name = (await jsm.streams.info('causeflow-log').catch(() => null))?.cluster?.leader;
      return name;
    };
    await expect.poll(ask, POLL).toBeTruthy();
    const isLeader = (_: NatsServer, index: number): boolean => name === `n${index}`;
    return { leader: brokers.find(isLeader), followers: brokers.filter((broker, index) => !isLeader(broker, index)) };
  };
};

const threeBrokers = async (): Promise<readonly NatsServer[]> => {
  const brokers = await startNatsCluster();
  onTestFinished(async () => void (await Promise.all(brokers.map((broker) => broker.stop()))));
  return brokers;
};

/** Appends pairs of events one after the other until it is told to stop; a pair that was refused is sent again. */
const appendOn = ({ log }: JetStreamSystem, name: string) => {
  const acknowledged: string[] = [];
  let refused = 0;
  let isOver = false;
  const done = (async () => {
    for (let count = 0; !isOver; ) {
      const ids = [`${name}.${count}`, `${name}.${count}+`];
      const stored = await appendIds(log, ids).catch((error: unknown) => {
        if (!(error instanceof LogUnavailable)) throw error;
        return undefined;
      });
      if (stored === undefined) refused += 1;
      else {
        acknowledged.push(...ids);
        count += 1;
      }
    }
  })();
  return {
    acknowledged,
    refused: () => refused,
    /** Resolves when so many more are acknowledged. */
    more: (count: number) => {
      const from = acknowledged.length;
      return expect.poll(() => acknowledged.length - from, { timeout: 30_000 }).toBeGreaterThan(count);
    },
    async stop() {
      isOver = true;
      await done;
    },
  };
};

/** Everything that was acknowledged is there once on every node, alike, and both events of each append. */
const expectWhole = async (nodes: readonly JetStreamSystem[], acknowledged: readonly string[]): Promise<void> => {
  const pages = await Promise.all(
    nodes.map(async ({ log }) => {
      await log.caughtUp();
      return (await log.read(ALL)).events;
    }),
  );
  const [first = []] = pages;
  const ids = idsOf(first);
  const stored = new Set(ids);
  expect(stored.size).toBe(ids.length);
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  expect(ids.filter((id) => !id.endsWith('+') && !stored.has(`${id}+`))).toEqual([]);
  for (const page of pages) expect(page).toEqual(first);
};

describe.skipIf(NATS_SERVER === undefined)('The log in JetStream', () => {
  test('loses and doubles nothing when the leader of three brokers is killed under load, and then a follower', async () => {
    const brokers = await threeBrokers();
    const nodes = [await openNode(brokers)];
    nodes.push(...(await Promise.all([openNode(brokers), openNode(brokers)])));
    const { epoch } = nodes[0]?.log ?? { epoch: '' };
    const loads = nodes.map((node, index) => appendOn(node, `n${index}`));
    const roles = await rolesOf(brokers);
    await Promise.all(loads.map((load) => load.more(40)));
    const { leader } = await roles();
    expect(leader).toBeDefined();
    await leader?.kill();
    await Promise.all(loads.map((load) => load.more(40)));
    await leader?.start();
    const { followers } = await roles();
    await followers[0]?.kill();
    await Promise.all(loads.map((load) => load.more(40)));
    await followers[0]?.start();
    await Promise.all(loads.map((load) => load.stop()));
    await expectWhole(
      nodes,
      loads.flatMap(({ acknowledged }) => acknowledged),
    );
    for (const { log } of nodes) expect([log.epoch, log.health()]).toEqual([epoch, 'healthy']);
  }, 180_000);

  test('does not wait for one of three brokers that hangs, as with a disk that does not answer', async () => {
    const brokers = await threeBrokers();
    const node = await openNode(brokers);
    const load = appendOn(node, 'n');
    const roles = await rolesOf(brokers);
    await load.more(40);
    const [hanging] = (await roles()).followers;
    expect(hanging).toBeDefined();
    hanging?.signal('SIGSTOP');
    await load.more(40);
    hanging?.signal('SIGCONT');
    await load.stop();
    await expectWhole([node], load.acknowledged);
  }, 120_000);

  test.for([
    { how: 'as it comes', syncAlways: false },
    { how: 'that syncs each message', syncAlways: true },
  ])(
    'goes on by itself when its only broker, $how, is killed and comes back',
    { timeout: 60_000 },
    async ({ syncAlways }, { skip }) => {
      skip(syncAlways && !canSyncAlways(), 'This nats-server is older than 2.10.');
      const broker = await oneBroker(syncAlways);
      const nodes = [await openNode([broker]), await openNode([broker])];
      const loads = nodes.map((node, index) => appendOn(node, `n${index}`));
      await Promise.all(loads.map((load) => load.more(40)));
      await broker.kill();
      await expect.poll(() => nodes.map(({ log }) => log.health()), POLL).toEqual(['unavailable', 'unavailable']);
      await broker.start();
      await Promise.all(loads.map((load) => load.more(40)));
      await Promise.all(loads.map((load) => load.stop()));
      await expectWhole(
        nodes,
        loads.flatMap(({ acknowledged }) => acknowledged),
      );
    },
  );

  test('is read, and not written, by a node that is cut off from its broker, which catches up when it is back', async () => {
    const broker = await oneBroker();
    let port = broker.port;
    const network = await startFaultProxy(() => port);
    onTestFinished(network.close);
    const urls = [new URL(`nats://127.0.0.1:${network.port}`)];
    const [far, near] = [await openNode([broker], { nats: { urls } }), await openNode([broker])];
    const loads = [appendOn(far, 'far'), appendOn(near, 'near')] as const;
    await Promise.all(loads.map((load) => load.more(40)));
    // Nobody listens there.
    port = 1;
    network.cutAll();
    await expect.poll(() => far.log.health(), POLL).toBe('unavailable');
    const known = idsOf((await far.log.read(ALL)).events);
    expect(known.length).toBeGreaterThan(80);
    await loads[1].more(40);
    expect(near.log.health()).toBe('healthy');
    await expect.poll(loads[0].refused, POLL).toBeGreaterThan(0);
    expect(idsOf((await far.log.read(ALL)).events)).toEqual(known);
    port = broker.port;
    await Promise.all(loads.map((load) => load.more(40)));
    await Promise.all(loads.map((load) => load.stop()));
    await expectWhole(
      [far, near],
      loads.flatMap(({ acknowledged }) => acknowledged),
    );
  }, 60_000);

  test('refuses what a full stream cannot take, keeps what it acknowledged, and says so', async () => {
    const broker = await oneBroker();
    const { log } = await openNode([broker], { maxBytes: 256 * 1024 });
    const params = JSON.stringify({ text: 'x'.repeat(10_000) });
    const acknowledged: string[] = [];
    const fill = async (): Promise<void> => {
      for (let count = 0; count < 1_000; count += 1) {
        await log.append({ ...STREAM, events: [newEvent(`e${count}`, { params })] });
        acknowledged.push(`e${count}`);
      }
    };
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailable);
    expect(log.health()).toBe('unavailable');
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(idsOf((await log.read(ALL)).events)).toEqual(acknowledged);
  });

  test('takes an append that is larger than a message of NATS, whole', async () => {
    const broker = await oneBroker();
    const node = await openNode([broker]);
    const events = Array.from({ length: 30 }, (_, index) =>
      newEvent(`e${index}`, { params: JSON.stringify({ text: `${'ü'.repeat(50_000)}${index}` }) }),
    );
    await node.log.append({ ...STREAM, events });
    await appendIds(node.log, ['after']);
    const other = await openNode([broker]);
    const { events: stored } = await other.log.read(ALL);
    expect(stored.map(({ params }) => params)).toEqual([...events, newEvent('after')].map(({ params }) => params));
  });

  test('is the same to a node whose copy is gone, and to one that goes on with the copy it had', async () => {
    const broker = await oneBroker();
    const kept = await temporaryDirectory();
    const first = await openNode([broker], { dataDir: kept });
    await appendIds(first.log, ['a', 'b']);
    await appendIds(first.log, ['c'], { stream: 'inc_2' });
    await first.close();
    const second = await openNode([broker]);
    await appendIds(second.log, ['d']);
    const third = await openNode([broker], { dataDir: kept });
    const all = await second.log.scan({ afterPosition: 0, limit: 100 });
    expect(idsOf(all)).toEqual(['a', 'b', 'c', 'd']);
    expect(await third.log.scan({ afterPosition: 0, limit: 100 })).toEqual(all);
    expect(third.log.epoch).toBe(second.log.epoch);
  });

  test('that lost what it had acknowledged goes on under another epoch, and a node that followed it gives up', async () => {
    const broker = await oneBroker();
    const dataDir = await temporaryDirectory();
    let lost = 0;
    const before = await openNode([broker], { dataDir, onLost: () => (lost += 1) });
    const { epoch } = before.log;
    await appendIds(before.log, ['a', 'b']);
    await broker.kill();
    await rm(broker.store, { recursive: true, force: true });
    await broker.start();
    const after = await openNode([broker]);
    await expect.poll(() => lost, POLL).toBeGreaterThan(0);
    expect(after.log.epoch).not.toBe(epoch);
    await before.close();
    const again = await openNode([broker], { dataDir });
    expect(again.log.epoch).toBe(after.log.epoch);
    expect(await again.log.count(STREAM)).toBe(0);
  }, 60_000);
});
