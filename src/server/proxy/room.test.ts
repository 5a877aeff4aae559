import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { readMetrics, untilMetric } from '../testing/metrics.ts';
import { admin, stranger } from '../testing/people.ts';
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
