import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import {
  AGENT_KEY,
  admin,
  bearer,
  expiringIn,
  member,
  secondAdmin,
  signed,
  stranger,
  withKey,
} from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

describe('a silent connection', () => {
  let app: InProcess;
  beforeAll(async () => {
    app = await startInProcess();
  });
  afterAll(() => app.stop());

  it('is closed with 1008 after a minute, and one that pings is not', async () => {
    const url = `${app.address}/v1/connect`;
    const silent = await connect(url, bearer(await admin()));
    const silentAgent = await connect(url, withKey(AGENT_KEY));
    const babbling = await connect(url, bearer(await admin()));
    const pinging = await connect(url, bearer(await admin()));
    const notifying = await connect(url, bearer(await admin()));
    app.pass(55_000);
    await pinging.call('ping');
    notifying.notify('ping');
    await notifying.next(({ method }) => method === 'pong');
    // Nothing of this is a valid request.
    babbling.send('{');
    babbling.send('[]');
    babbling.webSocket.ping();
    expect((await babbling.ask('no.such')).error?.code).toBe(-32601);
    app.pass(6_000);
    for (const client of [silent, silentAgent, babbling]) {
      expect((await client.closed).code).toBe(1008);
      expect(client.messages.some(({ error }) => error?.code === -32001)).toBe(false);
    }
    for (const client of [pinging, notifying]) {
      expect(await client.call('ping')).toEqual({ pong: true });
      client.close();
    }
  });
});

describe('a token that expires while connected', () => {
  let server: ServerProcess;
  let url: string;
  beforeAll(async () => {
    server = await startServer();
    url = `${server.address}/v1/connect`;
  });
  afterAll(() => server.stop());

  it('ends the connection with an error without id and then 1008', async () => {
    const client = await connect(url, bearer(await expiringIn(2)));
    expect(await client.call('ping')).toEqual({ pong: true });
    expect((await client.closed).code).toBe(1008);
    const last = client.messages.at(-1);
    expect(last).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32001 } });
    expect(last).not.toHaveProperty('method');
  });

  it('can be replaced in time by a new one of the same person, and by no other', async () => {
    const soon = Math.floor(Date.now() / 1000) + 3;
    const client = await connect(url, bearer(await signed({ exp: soon })));
    for (const token of [await secondAdmin(), await member(), await stranger(), 'nonsense', await expiringIn(-60)]) {
      expect((await client.ask('auth.refresh', { token })).error?.code).toBe(-32003);
    }
    expect((await client.ask('auth.refresh', {})).error?.code).toBe(-32602);
    const exp = soon + 600;
    expect(await client.call('auth.refresh', { token: await signed({ exp }) })).toEqual({
      expiresAt: new Date(exp * 1000).toISOString(),
    });
    const other = await connect(url, bearer(await signed({ exp: soon })));
    expect((await other.closed).code).toBe(1008);
    expect(await client.call('ping')).toEqual({ pong: true });
    client.close();
  });
});

describe('a server whose clock is set', () => {
  let server: ServerProcess;
  let url: string;
  beforeAll(async () => {
    server = await startServer();
    url = `${server.address}/v1/connect`;
  });
  afterAll(() => server.stop());

  const MINUTE_MS = 60_000;
  const serverTime = async (): Promise<number> => {
    const { body } = await apiOf(server.address, await admin()).get('/v1/relay/status');
    return Date.parse(String(body.checkedAt));
  };
  const step = async (minutes: number, aheadInAll: number): Promise<void> => {
    server.stepClock(minutes * MINUTE_MS);
    await expect.poll(async () => Math.round(((await serverTime()) - Date.now()) / MINUTE_MS)).toBe(aheadInAll);
  };

  it('back keeps no token alive, and forward ends no connection and no token before its time', async () => {
    const steady = await connect(url, bearer(await admin()));
    const agent = await connect(url, withKey(AGENT_KEY));
    const short = await connect(url, bearer(await expiringIn(3)));
    await step(-10, -10);
    expect((await short.closed).code).toBe(1008);
    const shortToo = await connect(url, bearer(await expiringIn(3 - 10 * 60)));
    await step(25, 15);
    // Its end shows that the clocks were looked at since then.
    expect((await shortToo.closed).code).toBe(1008);
    for (const client of [steady, agent]) {
      expect(await client.call('ping')).toEqual({ pong: true });
      client.close();
    }
  });
});
