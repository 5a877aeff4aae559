import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { apiOf, request } from '../testing/api-client.ts';
import { startBeforeUpstream } from '../testing/before-upstream.ts';
import { type Browser, openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { admin, expired } from '../testing/people.ts';
import type { RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

const residentMib = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe('before a relay and an API elsewhere', () => {
  let upstream: FakeUpstream;
  let server: ServerProcess;
  let browser: Browser;
  let token: string;

  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ upstream, server, browser, token, stop } = await startBeforeUpstream());
  });
  afterAll(() => stop());
  beforeEach(() => {
    upstream.welcomeWith('open');
    upstream.answerWith({ status: 200, body: '{"ok":true}' });
  });

  const join = async (): Promise<{ client: RpcClient; relay: WebSocket }> => {
    const [client, relay] = await Promise.all([browser.relay(), upstream.nextSocket()]);
    return { client, relay };
  };
  const nextMessage = (socket: WebSocket) =>
    new Promise<{ text: string; isBinary: boolean }>((resolve) => {
      socket.once('message', (data, isBinary) => resolve({ text: data.toString(), isBinary }));
    });
  const end = (socket: WebSocket) =>
    new Promise<{ code: number; reason: string }>((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });

  it('the relay gets the token and the tenant, and neither the cookie nor the ticket', async () => {
    const { client } = await join();
    const { headers, url } = upstream.upgrades.at(-1) ?? { headers: {}, url: '' };
    expect(url).toBe('/v1/connect');
    expect(headers).toMatchObject({ authorization: `Bearer ${token}`, 'x-tenant-id': 'ten_a' });
    expect(headers).not.toHaveProperty('cookie');
    client.close();
  });

  it('frames pass unchanged and in order in both directions', async () => {
    const { client, relay } = await join();
    const texts = [
      '{"jsonrpc" : "2.0" ,"id":9007199254740993, "method":"ping"}',
      'no JSON at all',
      '',
      '☃ 🎉 \u0000 ü',
      `"${'x'.repeat(60_000)}"`,
      ...range(500).map((number) => `"${number}"`),
    ];
    const got: string[] = [];
    relay.on('message', (data) => got.push(data.toString()));
    for (const text of texts) client.webSocket.send(text);
    await expect.poll(() => got.length).toBe(texts.length);
    expect(got).toEqual(texts);
    const big = `"${'ü'.repeat(2_000_000)}"`;
    const down = ['{"a" : 1}', '"☃ 🎉"', big, ...range(500).map((number) => `"${number}"`)];
    for (const text of down) relay.send(text);
    await client.until(() => client.frames.length === down.length);
    expect(client.frames).toEqual(down);
    client.close();
  });

  it('what the relay says before the browser could listen is not lost', async () => {
    for (const _ of range(20)) {
      const joining = browser.relay();
      const relay = await upstream.nextSocket();
      relay.send('{"jsonrpc":"2.0","method":"connected","params":{"connectionId":"conn_1"}}');
      relay.close(4000, 'at once');
      const client = await joining;
      expect(await client.closed).toEqual({ code: 4000, reason: 'at once' });
      expect(client.frames).toHaveLength(1);
    }
  });

  it('a binary frame stays one', async () => {
    const { client, relay } = await join();
    const message = nextMessage(relay);
    client.send(Buffer.from('bytes'));
    expect(await message).toEqual({ text: 'bytes', isBinary: true });
    client.close();
  });

  it.each([
    [1000, 'done'],
    [1001, ''],
    [1008, 'authentication expired'],
    [1011, 'böse'],
    [1012, 'the server restarts'],
    [1013, 'slow consumer'],
    [3999, 'x'.repeat(123)],
    [4401, 'sign in'],
    [4429, 'too many'],
  ])('the close code %i and its reason pass both ways', async (code, reason) => {
    const down = await join();
    down.relay.close(code, reason);
    expect(await down.client.closed).toEqual({ code, reason });
    const up = await join();
    const ended = end(up.relay);
    up.client.close(code, reason);
    expect(await ended).toEqual({ code, reason });
  });

  it('a close without a code passes as one', async () => {
    const { client, relay } = await join();
    relay.close();
    expect((await client.closed).code).toBe(1005);
  });

  it('a relay that breaks off, or speaks nonsense, is 1012 to the browser', async () => {
    const broken = await join();
    broken.relay.terminate();
    expect((await broken.client.closed).code).toBe(1012);
    const nonsense = await join();
    // A frame with reserved bits.
    Reflect.get(nonsense.relay, '_socket').write(Buffer.from([0xf1, 0x00]));
    expect((await nonsense.client.closed).code).toBe(1012);
  });

  it('a browser that breaks off ends the connection to the relay', async () => {
    const { client, relay } = await join();
    const ended = end(relay);
    client.webSocket.terminate();
    expect((await ended).code).toBe(1001);
  });

  it.each([
    [{ status: 401 }, 4401],
    [{ status: 403 }, 4403],
    [{ status: 404 }, 1013],
    [{ status: 500 }, 1013],
    [{ status: 503 }, 1013],
    [{ status: 302, headers: { location: 'http://evil.example/' } }, 1013],
    ['break' as const, 1013],
  ])('a relay that answers the upgrade with %j is %i to the browser', async (welcome, code) => {
    upstream.welcomeWith(welcome);
    const client = await browser.relay();
    expect((await client.closed).code).toBe(code);
    expect(client.messages).toEqual([]);
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{}, expect.any(Number)],
  ])('a relay at its limit is an error with when to come back, and 4429', async (headers, retryAfterMs) => {
    upstream.welcomeWith({ status: 429, headers });
    const client = await browser.relay();
    expect((await client.closed).code).toBe(4429);
    expect(client.messages).toMatchObject([
      { jsonrpc: '2.0', id: null, error: { code: -32004, data: { retryAfterMs } } },
    ]);
  });

  it('a browser that does not read slows the relay down, and then gets everything', async () => {
    const { client, relay } = await join();
    client.socket.pause();
    const before = residentMib(server.pid());
    const text = `"${'x'.repeat(100_000)}"`;
    const count = 1_000;
    for (const _ of range(count)) relay.send(text);
    // Another browser is served while this one waits.
    const other = await join();
    for (const number of range(200)) {
      other.relay.send(`"${number}"`);
      await other.client.until(() => other.client.frames.length === number);
    }
    expect(relay.bufferedAmount).toBeGreaterThan(50 * 1024 * 1024);
    expect(residentMib(server.pid()) - before).toBeLessThan(40);
    client.socket.resume();
    await client.until(() => client.frames.length === count);
    expect(relay.bufferedAmount).toBe(0);
    client.close();
    other.client.close();
  }, 30_000);

  it('a relay that does not read slows the browser down', async () => {
    const { client, relay } = await join();
    relay.pause();
    const before = residentMib(server.pid());
    const text = `"${'x'.repeat(60_000)}"`;
    for (const _ of range(1_000)) client.webSocket.send(text);
    const other = await join();
    for (const number of range(200)) {
      other.relay.send(`"${number}"`);
      await other.client.until(() => other.client.frames.length === number);
    }
    expect(client.webSocket.bufferedAmount).toBeGreaterThan(30 * 1024 * 1024);
    expect(residentMib(server.pid()) - before).toBeLessThan(40);
    let got = 0;
    relay.on('message', () => {
      got += 1;
    });
    relay.resume();
    await expect.poll(() => got, { timeout: 10_000 }).toBe(1_000);
    client.close();
    other.client.close();
  }, 30_000);

  it('the API gets every call with the token of the session, and answers as it likes', async () => {
    upstream.answerWith({ status: 409, headers: { 'x-ratelimit-remaining': '3' }, body: '{"error":"invalid_status"}' });
    const answer = await browser.post('/v1/remediation/rem_1/approve?x=%20y', { planDigest: 'sha256:1' });
    expect(answer).toMatchObject({ status: 409, body: { error: 'invalid_status' } });
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('3');
    const call = upstream.calls.at(-1);
    expect(call).toMatchObject({
      method: 'POST',
      url: '/base/v1/remediation/rem_1/approve?x=%20y',
      body: '{"planDigest":"sha256:1"}',
      headers: { authorization: `Bearer ${token}`, 'x-tenant-id': 'ten_a', 'content-type': 'application/json' },
    });
    expect(call?.headers).not.toHaveProperty('cookie');
    for (const [method, path] of [
      ['GET', '/v1/incidents'],
      ['PATCH', '/v1/incidents/inc_1'],
      ['DELETE', '/v1/investigation/inc_1'],
    ] as const) {
      await request(server.address, method, path, {
        headers: { cookie: browser.cookie(), origin: server.address },
      });
      expect(upstream.calls.at(-1)).toMatchObject({
        method,
        url: `/base${path}`,
        headers: { authorization: `Bearer ${token}` },
      });
    }
  });

  it('the API gets the bearer token of a client that brings one, and only the tenant that is in it', async () => {
    const own = await admin();
    const headers = { 'x-tenant-id': 'ten_b' };
    await request(server.address, 'GET', '/v1/relay/status', { token: own, headers });
    expect(upstream.calls.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${own}`, 'x-tenant-id': 'ten_a' });
  });

  it('nothing reaches the API without a session, with an expired token, or from a foreign page', async () => {
    const count = upstream.calls.length;
    expect(await request(server.address, 'GET', '/v1/incidents')).toMatchObject({
      status: 401,
      body: { error: 'unauthorized' },
    });
    expect((await apiOf(server.address, await expired()).get('/v1/incidents')).status).toBe(401);
    const foreign = await request(server.address, 'POST', '/v1/incidents/chat', {
      headers: { cookie: browser.cookie(), origin: 'https://evil.example' },
      body: {},
    });
    expect(foreign).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    expect(upstream.calls).toHaveLength(count);
  });

  it('an API that cannot be reached is 503, and the relay 1013', async () => {
    const gone = await startFakeUpstream();
    const lonely = await startServer({
      env: { RELAY_URL: gone.relayUrl, API_URL: gone.apiUrl, JWT_SECRET: undefined, AGENT_API_KEYS: undefined },
    });
    try {
      await gone.stop();
      const own = openBrowser(lonely.address);
      await own.signIn(token);
      expect(await own.get('/v1/incidents')).toMatchObject({
        status: 503,
        body: { error: 'service_unavailable', message: expect.any(String) },
      });
      expect((await (await own.relay()).closed).code).toBe(1013);
      expect(lonely.output()).not.toContain(token);
    } finally {
      await lonely.stop();
    }
  });

  it('nothing of all this has left a token in what the server writes', () => {
    expect(server.output()).toContain('CauseFlow Live is on');
    expect(server.output()).not.toContain(token);
    expect(server.output()).not.toContain(browser.cookie().split('=')[1] ?? '');
  });
});
