import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { readMetrics } from '../testing/metrics.ts';
import { admin } from '../testing/people.ts';
import type { RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

const MIB = 1024 * 1024;
const BROWSERS = 6;
const FRAMES = 1_000;
/** Eight megabytes a browser, more than the kernel's buffers hold. */
const TEXT = 'x'.repeat(8_000);

describe('browsers that do not read never keep more than their limit waiting together, and get everything', () => {
  let upstream: FakeUpstream;
  let server: ServerProcess;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    upstream.streamWith(200);
    server = await startServer({
      env: {
        RELAY_URL: upstream.relayUrl,
        API_URL: upstream.apiUrl,
        JWT_SECRET: undefined,
        AGENT_API_KEYS: undefined,
        READERS_MEMORY_MIB: '1',
      },
    });
  });
  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  const waiting = async (): Promise<number> =>
    (await readMetrics(server.address)).get('causeflow_proxy_waiting_bytes') ?? Number.NaN;

  const join = async (count: number): Promise<{ client: RpcClient; relay: WebSocket }[]> => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    const joined = [];
    for (const _ of range(count)) {
      const [client, relay] = await Promise.all([browser.relay(), upstream.nextSocket()]);
      joined.push({ client, relay });
    }
    return joined;
  };

  /** The most that waits while nobody reads, and while then one after the other does until it has `hasAll`. */
  const mostWaiting = async (
    clients: readonly RpcClient[],
    hasAll: (client: RpcClient) => boolean,
  ): Promise<number> => {
    const measured: number[] = [];
    const measure = async (): Promise<number> => {
      const bytes = await waiting();
      measured.push(bytes);
      return bytes;
    };
    await expect.poll(measure, { timeout: 20_000 }).toBeGreaterThan(100_000);
    for (const _ of range(20)) await measure();
    for (const client of clients) client.socket.resume();
    for (const client of clients) {
      await client.until(() => hasAll(client));
      await measure();
    }
    return Math.max(...measured);
  };

  it('of what the relay sends', async () => {
    const joined = await join(BROWSERS);
    for (const { client, relay } of joined) {
      client.socket.pause();
      for (const number of range(FRAMES)) relay.send(`"${number}${TEXT}"`);
    }
    const clients = joined.map(({ client }) => client);
    expect(await mostWaiting(clients, ({ frames }) => frames.length === FRAMES)).toBeLessThanOrEqual(MIB);
    for (const client of clients) {
      expect(client.frames.map((text) => Number(/^"(\d+)x/.exec(text)?.[1]))).toEqual(range(FRAMES));
      client.close();
    }
  }, 60_000);

  it('of the API’s stream of events', async () => {
    const joined = await join(BROWSERS);
    for (const [index, { client }] of joined.entries()) {
      await client.call('notifications.subscribe');
      await expect.poll(() => upstream.streams.length).toBe(index + 1);
      client.socket.pause();
      for (const number of range(FRAMES)) {
        upstream.streams[index]?.write(`id: evt_${number}\ndata: {"type":"x","number":${number},"text":"${TEXT}"}\n\n`);
      }
    }
    const clients = joined.map(({ client }) => client);
    const numbersOf = ({ messages }: RpcClient) =>
      messages.filter(({ method }) => method === 'x').map(({ params }) => params?.number);
    const most = await mostWaiting(clients, (client) => numbersOf(client).length === FRAMES);
    expect(most).toBeLessThanOrEqual(MIB);
    for (const client of clients) {
      expect(numbersOf(client)).toEqual(range(FRAMES));
      client.close();
    }
  }, 60_000);

  it('of answers to what it asked', async () => {
    const perFrame = 600;
    const frames = 160;
    const [{ client } = {}] = await join(1);
    if (client === undefined) throw new Error('nobody joined');
    client.socket.pause();
    for (const frame of range(frames)) {
      const calls = range(perFrame).map((number) => ({
        jsonrpc: '2.0',
        id: frame * perFrame + number,
        method: 'notifications.subscribe',
        params: {},
      }));
      client.send(calls);
    }
    const most = await mostWaiting([client], ({ frames: got }) => got.length === frames * perFrame);
    expect(most).toBeLessThanOrEqual(MIB);
    client.close();
  }, 60_000);
});
