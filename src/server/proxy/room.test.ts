import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { readMetrics, untilMetric } from '../testing/metrics.ts';
import { admin, bearer, stranger } from '../testing/people.ts';
import { closing, handshake, openTcp } from '../testing/raw-socket.ts';
import { opening, startRawUpstream } from '../testing/raw-upstream.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';

let upstream: FakeUpstream;
let app: InProcess | undefined;
beforeEach(async () => {
  upstream = await startFakeUpstream();
});
afterEach(async () => {
  await app?.stop();
  await upstream.stop();
});

const join = async (address: string, token: string, from: string): Promise<RpcClient> => {
  const browser = openBrowser(address);
  await browser.signIn(token);
  const url = `${address}/relay?token=${await browser.ticket()}`;
  return connect(url, { origin: address, 'x-forwarded-for': from });
};

it.each([
  ['connectionsPerTenant', 'tenant_connections', async () => ({ token: await stranger(), from: '192.0.2.1' })],
  ['connectionsPerAddress', 'address_connections', async () => ({ token: await admin(), from: '192.0.2.2' })],
] as const)(
  'before a relay elsewhere %s holds for browsers, and a place is free again when one leaves',
  async (limit, name, other) => {
    app = await startInProcess({ [limit]: 2 }, { upstream });
    const { address } = app;
    const joined = (count: number) => expect.poll(() => upstream.upgrades.length).toBe(count);
    const first = await join(address, await admin(), '192.0.2.1');
    await join(address, await admin(), '192.0.2.1');
    await joined(2);
    const refused = await join(address, await admin(), '192.0.2.1');
    expect((await refused.closed).code).toBe(4429);
    expect(refused.messages).toMatchObject([{ id: null, error: { code: -32004, data: { retryAfterMs: 5_000 } } }]);
    expect((await readMetrics(address)).get(`causeflow_limits_reached_total{limit="${name}"}`)).toBe(1);
    // Whom the limit does not concern it does not keep out.
    const { token, from } = await other();
    await join(address, token, from);
    await joined(3);
    first.close();
    await untilMetric(address, 'causeflow_proxy_connections', (browsers) => browsers === 2);
    await join(address, await admin(), '192.0.2.1');
    await joined(4);
  },
);

it('a token that the relay elsewhere refuses fills no room of the tenant in it, though its bearer does not leave', async () => {
  app = await startInProcess({ connectionsPerTenant: 1 }, { upstream });
  const { address } = app;
  upstream.welcomeWith({ status: 401 });
  const refused = await openTcp(Number(new URL(address).port));
  refused.socket.write(handshake(`/relay?token=${await admin()}`, { Origin: address }));
  // The close, which is not answered.
  await refused.until((bytes) => (bytes.includes(closing(4401)) ? true : undefined));
  upstream.welcomeWith('open');
  const browser = await join(address, await admin(), '192.0.2.1');
  await expect.poll(() => upstream.upgrades.length).toBe(2);
  await upstream.nextSocket();
  browser.close();
  refused.socket.destroy();
});

it('of those that a relay elsewhere accepts at once there are as many as there is room for', async () => {
  const heads: string[] = [];
  const slow = await startRawUpstream((head) => void heads.push(head));
  try {
    app = await startInProcess({ connectionsPerTenant: 1 }, { upstream: slow });
    const browsers = [
      await join(app.address, await admin(), '192.0.2.1'),
      await join(app.address, await admin(), '192.0.2.2'),
    ];
    const sockets = [await slow.next(), await slow.next()];
    sockets.forEach((socket, index) => void socket.write(opening(heads[index] ?? '')));
    expect((await Promise.race(browsers.map(({ closed }) => closed))).code).toBe(4429);
    expect(browsers.filter(({ webSocket }) => webSocket.readyState === webSocket.OPEN)).toHaveLength(1);
  } finally {
    await slow.stop();
  }
});

it('of the streams that an API elsewhere opens at once there are as many as there is room for', async () => {
  const slow = await startRawUpstream(() => undefined);
  const ending = new AbortController();
  try {
    app = await startInProcess({ streamsPerTenant: 1 }, { upstream: slow });
    const url = `${app.address}/v1/notifications/stream`;
    const open = async () => (await fetch(url, { headers: bearer(await admin()), signal: ending.signal })).status;
    const statuses = [open(), open()];
    for (const socket of [await slow.next(), await slow.next()]) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
    }
    expect((await Promise.all(statuses)).toSorted()).toEqual([200, 429]);
    expect(await open()).toBe(429);
  } finally {
    ending.abort();
    await slow.stop();
  }
});
