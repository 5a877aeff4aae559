import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Api, apiOf } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, type Message, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { publishMany, range } from '../testing/shared.ts';

const MIB = 1024 * 1024;

/** The memory of the process that is in use, in MiB. */
const residentMib = (pid: number): number => {
  const pages = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(pages) / 1024;
};

describe('a client that stops to read', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;

  const open = async (headers: Record<string, string>): Promise<RpcClient> => {
    const client = await connect(`${server.address}/v1/connect`, headers);
    onTestFinished(() => client.webSocket.terminate());
    return client;
  };
  const person = async () => open(bearer(await admin()));

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(() => server.stop());

  it.each([
    ['an incident', (client: RpcClient, incidentId: string) => client.call('investigation.subscribe', { incidentId })],
    ['its tenant', (client: RpcClient) => client.call('notifications.subscribe')],
  ])(
    'of %s neither stops others nor fills the memory, and catches up from the log',
    async (_, subscribe) => {
      const incidentId = await api.openIncident();
      const readers = await Promise.all(range(4).map(person));
      const slow = readers.slice(1);
      for (const client of readers) await subscribe(client, incidentId);
      for (const client of slow) client.socket.pause();
      const before = residentMib(server.pid());
      const count = 1_000;
      await publishMany(agent, incidentId, count, 'x'.repeat(40_000));
      const isLast = ({ params }: Message): boolean => String(params?.message).startsWith(`m${count}x`);
      await readers[0]?.next(isLast);
      // Forty megabytes for each of three who don't read them.
      expect(residentMib(server.pid()) - before).toBeLessThan(120);
      for (const client of slow) client.socket.resume();
      for (const client of readers) {
        await client.until(() => client.events(incidentId).length >= count);
        await client.call('ping');
        expect(client.events(incidentId).map(({ seq }) => seq)).toEqual(range(count));
      }
    },
    60_000,
  );

  it('cannot fill the memory with answers that it does not read', async () => {
    const flood = await person();
    flood.socket.pause();
    const before = residentMib(server.pid());
    const frame = JSON.stringify(range(20).map((id) => ({ jsonrpc: '2.0', id, method: 'no.such' })));
    // Nothing more is taken from it once its answers pile up, so not all of this gets out.
    for (const _ of range(40_000)) flood.send(frame);
    const other = await person();
    for (const _ of range(50)) expect(await other.call('ping')).toEqual({ pong: true });
    expect(residentMib(server.pid()) - before).toBeLessThan(60);
    expect(flood.webSocket.bufferedAmount).toBeGreaterThan(10 * MIB);
    flood.socket.resume();
    flood.send({ jsonrpc: '2.0', id: 'at last', method: 'ping' });
    await flood.until(() => flood.messages.at(-1)?.id === 'at last');
  }, 60_000);

  it('does not keep the server from stopping', async () => {
    const own = await startServer();
    onTestFinished(() => own.stop());
    const client = await connect(`${own.address}/v1/connect`, bearer(await admin()));
    client.socket.pause();
    expect(await own.kill('SIGTERM')).toBe(0);
    client.webSocket.terminate();
  });
});

describe('a reader without progress', () => {
  let app: InProcess;
  beforeAll(async () => {
    app = await startInProcess();
  });
  afterAll(() => app.stop());

  it('is told so after 30 seconds and closed with 1013, and resumes from what it has', async () => {
    const url = `${app.address}/v1/connect`;
    const token = await admin();
    const agent = await connect(url, withKey(AGENT_KEY));
    const incidentId = await apiOf(app.address, token).openIncident();
    const slow = await connect(url, bearer(token));
    await slow.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    slow.socket.pause();
    const count = 2_000;
    await publishMany(agent, incidentId, count, 'x'.repeat(10_000));
    app.pass(31_000);
    const status = async () => (await apiOf(app.address, token).get('/v1/relay/status')).body.activeConnections;
    expect(await status()).toBe(2);
    const other = await connect(url, bearer(token));
    app.pass(1_000);
    // The clocks are looked at once a second; the other client's heartbeat shows that they were.
    app.pass(59_000);
    expect((await other.closed).code).toBe(1008);
    slow.socket.resume();
    expect(await slow.closed).toMatchObject({ code: 1013 });
    expect(slow.messages.at(-1)).toMatchObject({
      id: null,
      error: { code: -32004, data: { error: 'slow_consumer', retryAfterMs: expect.any(Number) } },
    });
    const got = slow.events(incidentId).map(({ seq }) => Number(seq));
    expect(got).toEqual(range(got.length));
    expect(got.length).toBeLessThan(count);
    const again = await connect(url, bearer(token));
    await again.call('investigation.subscribe', { incidentId, afterSeq: got.length });
    await again.until(() => again.events(incidentId).length === count - got.length);
    expect(again.events(incidentId).map(({ seq }) => seq)).toEqual(range(count - got.length, got.length + 1));
    for (const client of [agent, again]) client.close();
  }, 30_000);
});
