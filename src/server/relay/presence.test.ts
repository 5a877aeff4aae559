import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, member, signed, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

describe('who looks at an incident', () => {
  let server: ServerProcess;
  let api: Api;
  let incidentId: string;

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    incidentId = await api.openIncident();
  });

  const open = async (headers: Record<string, string>): Promise<RpcClient> => {
    const client = await connect(`${server.address}/v1/connect`, headers);
    onTestFinished(() => client.close());
    return client;
  };
  const enter = async (headers: Record<string, string>): Promise<RpcClient> => {
    const client = await open(headers);
    await client.call('investigation.subscribe', { incidentId });
    return client;
  };
  const told = (client: RpcClient) =>
    client.messages.flatMap(({ method, params }) => (method === 'presence.changed' ? [params] : []));
  const seen = (client: RpcClient) => (told(client).at(-1)?.viewers as { userId: string }[] | undefined) ?? [];
  const ids = (client: RpcClient) => seen(client).map(({ userId }) => userId);

  it('is told to all who do, as they come and go', async () => {
    const ana = await enter(bearer(await admin()));
    await expect.poll(() => ids(ana)).toEqual(['usr_ana']);
    expect(told(ana)[0]).toEqual({ incidentId, viewers: [{ userId: 'usr_ana', name: expect.stringMatching(/\S/) }] });
    const max = await enter(bearer(await member()));
    for (const client of [ana, max]) await expect.poll(() => ids(client)).toEqual(['usr_ana', 'usr_max']);
    await max.call('investigation.unsubscribe', { incidentId });
    await expect.poll(() => ids(ana)).toEqual(['usr_ana']);
    await max.call('investigation.subscribe', { incidentId });
    await expect.poll(() => ids(ana)).toEqual(['usr_ana', 'usr_max']);
    max.webSocket.terminate();
    await expect.poll(() => ids(ana)).toEqual(['usr_ana']);
  });

  it('comes after the result of the subscription, and is no event: it has no seq and leaves nothing', async () => {
    const ana = await open(bearer(await admin()));
    const { result } = await ana.ask('investigation.subscribe', { incidentId });
    await expect.poll(() => told(ana).length).toBe(1);
    const order = ana.messages.map(({ id, method }) => method ?? id);
    expect(order.indexOf('presence.changed')).toBe(order.length - 1);
    expect(told(ana)[0]).not.toHaveProperty('seq');
    expect(result).toMatchObject({ headSeq: 0 });
    expect((await api.get(`/v1/investigation/${incidentId}/events`)).body).toMatchObject({ items: [], headSeq: 0 });
    expect(ana.messages[0]?.params?.capabilities).toContain('presence');
  });

  it('names everybody once, however many tabs they have', async () => {
    const headers = bearer(await admin());
    const [first, second] = [await enter(headers), await enter(headers)];
    for (const client of [first, second]) await expect.poll(() => ids(client)).toEqual(['usr_ana']);
    second.close();
    await second.closed;
    const max = await enter(bearer(await member()));
    await expect.poll(() => ids(first)).toEqual(['usr_ana', 'usr_max']);
    expect(told(first)).toHaveLength(2);
    expect(ids(max)).toEqual(['usr_ana', 'usr_max']);
  });

  it('is about people who watch the investigation: no agents, no plans only', async () => {
    const agent = await enter(withKey(AGENT_KEY));
    const max = await open(bearer(await member()));
    await max.call('remediation.subscribe', { incidentId });
    const ana = await enter(bearer(await admin()));
    await expect.poll(() => ids(ana)).toEqual(['usr_ana']);
    for (const client of [agent, max]) expect(told(client)).toEqual([]);
  });

  it('is not counted where the batch that began it ended it too', async () => {
    const ana = await enter(bearer(await admin()));
    const max = await open(bearer(await member()));
    max.send([
      { jsonrpc: '2.0', id: 1, method: 'investigation.subscribe', params: { incidentId } },
      { jsonrpc: '2.0', id: 2, method: 'investigation.unsubscribe', params: { incidentId } },
    ]);
    await max.next(({ id }) => id === 2);
    await max.call('investigation.unsubscribe', { incidentId }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(ids(ana)).toEqual(['usr_ana']);
  });

  it('is told at most twice a second, and in the end rightly', async () => {
    const ana = await enter(bearer(await admin()));
    await expect.poll(() => told(ana).length).toBe(1);
    const started = performance.now();
    const others = await Promise.all(range(20).map(async (n) => enter(bearer(await signed({ sub: `usr_${n}` })))));
    await expect.poll(() => seen(ana).length, { timeout: 5_000 }).toBe(21);
    expect(told(ana).length).toBeLessThanOrEqual(2 + Math.ceil((performance.now() - started) / 500));
    await expect.poll(() => others.every((other) => seen(other).length === 21)).toBe(true);
  });
});
