import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type ObjectInfo, Objm } from '@nats-io/obj';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { appendIds, idsOf, STREAM } from '../testing/events.ts';
import { NATS_SERVER, type NatsServer, startNats } from '../testing/nats-server.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { type JetStreamOptions, openJetStream } from './jetstream-log.ts';

const EVENTS = Array.from({ length: 300 }, (_, index) => `e${index}`);
const ALL = { ...STREAM, limit: 1_000 };

describe.skipIf(NATS_SERVER === undefined)('Copies of the log in JetStream', () => {
  let broker: NatsServer;
  let namespace = '';
  let count = 0;

  beforeAll(async () => {
    broker = await startNats();
  });
  afterAll(() => broker.stop());
  beforeEach(() => {
    count += 1;
    namespace = `c${count}`;
  });

  const open = async (options: Partial<JetStreamOptions> = {}) => {
    const troubles: unknown[] = [];
    const system = await openJetStream({
      nats: { urls: [new URL(broker.url)] },
      namespace,
      replicas: 1,
      maxBytes: -1,
      dataDir: await temporaryDirectory(),
      copyEvery: 100,
      onTrouble: (error) => troubles.push(error),
      ...options,
    });
    onTestFinished(system.close);
    return { ...system, troubles };
  };

  const inside = async () => {
    const connection = await connect({ servers: `127.0.0.1:${broker.port}` });
    onTestFinished(() => connection.close());
    const js = jetstream(connection);
    const jsm = await jetstreamManager(connection);
    const stream = `OBJ_${namespace}-copies`;
    return {
      store: async () => new Objm(js).create(`${namespace}-copies`),
      copy: async (): Promise<ObjectInfo | null> => (await new Objm(js).create(`${namespace}-copies`)).info('replica'),
      chunksOf: async () =>
        Object.keys(
          (await jsm.streams.info(stream, { subjects_filter: `$O.${namespace}-copies.C.>` })).state.subjects ?? {},
        ),
      publishChunk: (name: string) => js.publish(`$O.${namespace}-copies.C.${name}`, 'left behind'),
      /** Takes the oldest messages of the log away. */
      forgetUpTo: (seq: number) => jsm.streams.purge(`${namespace}-log`, { seq: seq + 1 }),
      head: async () => (await jsm.streams.info(`${namespace}-log`)).state.last_seq,
    };
  };

  /** A log of some hundred messages that no copy was left of. */
  const filled = async (): Promise<string> => {
    const dataDir = await temporaryDirectory();
    const node = await open({ dataDir, copyEvery: 0 });
    for (const id of EVENTS) await appendIds(node.log, [id]);
    await node.close();
    return dataDir;
  };

  /** The same log, of which one node has left a copy. */
  const copied = async () => {
    const nats = await inside();
    const node = await open({ dataDir: await filled() });
    await expect
      .poll(async () => (await nats.copy())?.metadata?.seq, { timeout: 20_000 })
      .toBe(String(await nats.head()));
    return { nats, node };
  };

  it('bring to a node that begins with none what it would have to read, and it reads on from there', async () => {
    const { nats, node } = await copied();
    await appendIds(node.log, ['after']);
    await nats.forgetUpTo(EVENTS.length - 1);
    const fresh = await open();
    expect(idsOf((await fresh.log.read(ALL)).events)).toEqual([...EVENTS, 'after']);
    expect(fresh.log.epoch).toBe(node.log.epoch);
    expect(fresh.troubles).toEqual([]);
    await appendIds(fresh.log, ['on the new one']);
    await node.log.caughtUp();
    expect((await node.log.read(ALL)).events).toEqual((await fresh.log.read(ALL)).events);
  });

  it('are left by one node where several could, and again only when enough has come since', async () => {
    const { nats } = await copied();
    const before = await nats.copy();
    const others = await Promise.all([open(), open()]);
    await appendIds(others[0].log, ['one more']);
    const third = await open({ copyEvery: 1_000 });
    expect(idsOf((await third.log.read(ALL)).events)).toHaveLength(EVENTS.length + 1);
    expect((await nats.copy())?.revision).toBe(before?.revision);
  });

  it('are not used where they are damaged: the log itself is read', async () => {
    const { nats, node } = await copied();
    const about = (await nats.copy())?.metadata ?? {};
    await (await nats.store()).putBlob({ name: 'replica', metadata: about }, Buffer.from('no database at all'));
    const fresh = await open();
    expect(idsOf((await fresh.log.read(ALL)).events)).toEqual(EVENTS);
    expect(fresh.log.epoch).toBe(node.log.epoch);
    expect(fresh.troubles).not.toEqual([]);
  });

  it.each([
    ['another life of the log', { epoch: '01AAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['a program that is newer', { schema: '99' }],
    ['nobody knows what', { seq: 'many' }],
  ])('are not used where they are of %s', async (_, of) => {
    const { nats, node } = await copied();
    const about = (await nats.copy())?.metadata ?? {};
    await (await nats.store()).putBlob({ name: 'replica', metadata: { ...about, ...of } }, Buffer.from('of no use'));
    const fresh = await open();
    expect(idsOf((await fresh.log.read(ALL)).events)).toEqual(EVENTS);
    expect(fresh.log.epoch).toBe(node.log.epoch);
  });

  it('leave nothing behind of those that were begun and never finished', async () => {
    const nats = await inside();
    const dataDir = await filled();
    await nats.store();
    await nats.publishChunk('unfinished');
    await open({ dataDir });
    await expect.poll(async () => (await nats.copy())?.nuid, { timeout: 20_000 }).toBeTruthy();
    expect(await nats.chunksOf()).toEqual([`$O.${namespace}-copies.C.${(await nats.copy())?.nuid}`]);
  });

  it('do not keep a node from ending while it makes one', async () => {
    const node = await open({ dataDir: await filled() });
    await node.close();
    expect(node.troubles).toEqual([]);
    const next = await open();
    expect(idsOf((await next.log.read(ALL)).events)).toEqual(EVENTS);
  });
});
