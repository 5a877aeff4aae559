import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import type { Limits } from '../limits.ts';
import { apiOf } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { startServer } from '../testing/server-process.ts';
import { progress, range } from '../testing/shared.ts';
import { createRateLimit } from './limits.ts';

const start = async (limits: Partial<Limits>) => {
  const server = await startInProcess(limits);
  onTestFinished(server.stop);
  const metrics = async () => (await fetch(`${server.address}/metrics`)).text();
  return { server, url: `${server.address}/v1/connect`, metrics };
};

describe('a key that publishes too fast', () => {
  it('is told when to come back, and nothing of what was refused is stored', async () => {
    const { server, url, metrics } = await start({ publishesPerSecond: 5 });
    const api = apiOf(server.address, await admin());
    const incidentId = await api.openIncident();
    const agent = await connect(url, withKey(AGENT_KEY));
    const publish = (number: number) => agent.ask('investigation.progress', progress(incidentId, `m${number}`));
    const answers = await Promise.all(range(15).map(publish));
    const refused = answers.flatMap(({ error }) => error ?? []);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    for (const error of refused) {
      expect(error).toMatchObject({ code: -32004, data: { retryAfterMs: expect.any(Number) } });
      expect(error.data?.retryAfterMs).toBeGreaterThan(0);
      expect(error.data?.retryAfterMs).toBeLessThanOrEqual(200);
    }
    const { body } = await api.get(`/v1/investigation/${incidentId}/events`);
    expect(body.total).toBe(15 - refused.length);
    expect(await agent.call('ping')).toEqual({ pong: true });
    server.pass(1_000);
    expect((await publish(16)).result).toMatchObject({ seq: expect.any(Number) });
    expect(await metrics()).toContain(`causeflow_limits_reached_total{limit="publish_rate"} ${refused.length}`);
    agent.close();
  });

  it('has its rate by the environment, and one rate for all of its connections', async () => {
    const server = await startServer({ env: { PUBLISHES_PER_SECOND: '1' } });
    onTestFinished(server.stop);
    const incidentId = await apiOf(server.address, await admin()).openIncident();
    const agents = await Promise.all(range(6).map(() => connect(`${server.address}/v1/connect`, withKey(AGENT_KEY))));
    const answers = await Promise.all(
      agents.map((agent) => agent.ask('investigation.progress', progress(incidentId, 'x'))),
    );
    expect(answers.filter(({ error }) => error?.code === -32004).length).toBeGreaterThanOrEqual(3);
    for (const agent of agents) agent.close();
  });
});

test('an allowance fills up again with time, and never above a burst', () => {
  let at = 0;
  const limit = createRateLimit(10, 2, () => at);
  const takeAll = (): number => {
    let taken = 0;
    while (limit.take('a') === 0) taken += 1;
    return taken;
  };
  expect(takeAll()).toBe(20);
  expect(limit.take('b')).toBe(0);
  at += 500;
  expect(takeAll()).toBe(5);
  expect(limit.take('a')).toBe(100);
  at += 3_600_000;
  expect(takeAll()).toBe(20);
});

test('an allowance of which others were given some is that much smaller, and waits for what they were given ahead', () => {
  let at = 0;
  const limit = createRateLimit(10, 2, () => at);
  limit.spend('a', 15);
  for (let count = 0; count < 5; count += 1) expect(limit.take('a')).toBe(0);
  expect(limit.take('a')).toBe(100);
  limit.spend('a', 1_000);
  expect(limit.take('a')).toBe(2_100);
  at += 2_100;
  expect(limit.take('a')).toBe(0);
});

describe('connections beyond the limit', () => {
  const refusal = async (url: string, headers: Record<string, string>) => {
    const { status, headers: answered, text } = await refusedUpgrade(url, headers);
    return { status, retryAfterS: Number(answered['retry-after']), body: JSON.parse(text) };
  };
  const limited = {
    status: 429,
    retryAfterS: expect.toSatisfy((seconds: number) => seconds > 0),
    body: { error: 'rate_limit_exceeded', message: expect.any(String) },
  };

  it('of a tenant are refused until one of them ends', async () => {
    const { url, metrics } = await start({ connectionsPerTenant: 2 });
    const [first, second] = [await connect(url, withKey(AGENT_KEY)), await connect(url, bearer(await admin()))];
    expect(await refusal(url, withKey(AGENT_KEY))).toEqual(limited);
    expect(await metrics()).toContain('causeflow_limits_reached_total{limit="tenant_connections"} 1');
    first.close();
    await first.closed;
    await expect.poll(() => connect(url, withKey(AGENT_KEY)).catch(() => null)).not.toBeNull();
    second.close();
  });

  it('there are none while the log cannot be written', async () => {
    const { server, url, metrics } = await start({});
    const health = vi.spyOn(server.log, 'health').mockReturnValue('unavailable');
    expect(await refusal(url, withKey(AGENT_KEY))).toMatchObject({
      status: 503,
      body: { error: 'service_unavailable', message: expect.any(String) },
    });
    expect((await fetch(`${server.address}/readyz`)).status).toBe(503);
    expect(await metrics()).toContain('causeflow_limits_reached_total{limit="log_unavailable"} 1');
    health.mockRestore();
    (await connect(url, withKey(AGENT_KEY))).close();
  });

  it('from an address are refused, and a proxy here says whose address it is', async () => {
    const { server, url, metrics } = await start({ connectionsPerAddress: 2 });
    const from = async (address: string) => ({ ...bearer(await admin()), 'x-forwarded-for': address });
    for (const address of ['192.0.2.1', '198.51.100.9, 192.0.2.1', '192.0.2.2'])
      await connect(url, await from(address));
    expect(await refusal(url, await from('192.0.2.1'))).toEqual(limited);
    expect(await metrics()).toContain('causeflow_limits_reached_total{limit="address_connections"} 1');
    await connect(url, await from('192.0.2.2'));
    expect((await refusal(url, await from('192.0.2.2'))).status).toBe(429);
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    for (const _ of range(2)) expect(await (await browser.relay()).call('ping')).toEqual({ pong: true });
    const third = await browser.relay();
    expect((await third.closed).code).toBe(4429);
  });
});
