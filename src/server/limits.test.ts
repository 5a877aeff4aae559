import { connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from './config.ts';
import { LIMITS, usualLimits } from './limits.ts';
import { apiOf, request } from './testing/api-client.ts';
import { openBrowser } from './testing/browser.ts';
import { AGENT_KEY, admin, bearer, withKey } from './testing/people.ts';
import { connect, refusedUpgrade } from './testing/rpc-client.ts';
import { type ServerProcess, startServer } from './testing/server-process.ts';
import { range } from './testing/shared.ts';

const reached = async (server: ServerProcess, limit: string): Promise<number> => {
  const metrics = await (await fetch(`${server.address}/metrics`)).text();
  return Number(new RegExp(`causeflow_limits_reached_total\\{limit="${limit}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
};

const open = async (server: ServerProcess, headers: Record<string, string>) => {
  const client = await connect(`${server.address}/v1/connect`, headers);
  onTestFinished(() => client.webSocket.terminate());
  return client;
};

describe('every limit', () => {
  it.each(Object.entries(LIMITS))('%s is set by its variable, and a bad value stops the start', (name, limit) => {
    const { variable, usual, least, most } = limit;
    expect(readConfig({}).limits).toEqual(usualLimits());
    // Whatever is set, a request must be allowed to take as long as its headers.
    const rest = name === 'headersTimeoutS' ? { REQUEST_TIMEOUT_S: '3600' } : {};
    const others = name === 'requestTimeoutS' ? { HEADERS_TIMEOUT_S: '1' } : {};
    for (const value of [least, most]) {
      const { limits } = readConfig({ [variable]: String(value), ...rest, ...others });
      expect(limits).toMatchObject({ [name]: value });
    }
    for (const value of [String(least - 1), String(most + 1), '-1', '1.5', 'many', '1e3', ' 5', 'Infinity']) {
      expect(() => readConfig({ [variable]: value })).toThrow(
        new RegExp(
          `^${variable} must be a number of [a-z]+ from ${least} to ${most}, for example ${variable}=${usual}$`,
        ),
      );
    }
  });
});

describe('sizes and counts', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({
      env: {
        PERSON_FRAME_BYTES: '2048',
        AGENT_FRAME_BYTES: '4096',
        SUBSCRIPTIONS_PER_CONNECTION: '2',
        STREAMS_PER_TENANT: '1',
        CALLS_PER_SECOND: '5',
      },
    });
  });
  afterAll(() => server.stop());

  const pingOf = (bytes: number) => {
    const frame = { jsonrpc: '2.0', id: 1, method: 'ping', params: { padding: '' } };
    return JSON.stringify({ ...frame, params: { padding: 'x'.repeat(bytes - JSON.stringify(frame).length) } });
  };

  it('a frame of the most bytes is heard, and one with a byte more closes 1009', async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    const clients = [
      { client: await open(server, bearer(await admin())), most: 2_048 },
      { client: await open(server, withKey(AGENT_KEY)), most: 4_096 },
      { client: await browser.relay(), most: 2_048 },
    ];
    for (const { client, most } of clients) {
      client.send(pingOf(most));
      expect((await client.next(({ id }) => id === 1)).result).toEqual({ pong: true });
      client.send(pingOf(most + 1));
      expect((await client.closed).code).toBe(1009);
    }
    expect(await reached(server, 'message_size')).toBe(3);
  });

  it('a subscription too many is refused with −32004, and taken after another ended', async () => {
    const api = apiOf(server.address, await admin());
    const client = await open(server, bearer(await admin()));
    const [first, second, third] = await Promise.all(range(3).map(() => api.openIncident()));
    const subscribe = (incidentId: unknown) => client.ask('investigation.subscribe', { incidentId });
    for (const incidentId of [first, second, first]) expect((await subscribe(incidentId)).error).toBeUndefined();
    expect((await subscribe(third)).error).toMatchObject({
      code: -32004,
      data: { error: 'subscription_limit', retryAfterMs: expect.any(Number) },
    });
    expect(await reached(server, 'subscriptions')).toBe(1);
    await client.call('investigation.unsubscribe', { incidentId: first });
    expect((await subscribe(third)).error).toBeUndefined();
  });

  it('a stream too many is refused with 429, and opened after another ended', async () => {
    const url = `${server.address}/v1/notifications/stream`;
    const token = await admin();
    const ending = new AbortController();
    expect((await fetch(url, { headers: bearer(token), signal: ending.signal })).status).toBe(200);
    const { status, headers, body } = await request(server.address, 'GET', '/v1/notifications/stream', { token });
    expect({ status, body }).toMatchObject({ status: 429, body: { error: 'rate_limit_exceeded' } });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await reached(server, 'tenant_streams')).toBe(1);
    ending.abort();
    const again = new AbortController();
    onTestFinished(() => again.abort());
    await expect
      .poll(async () => (await fetch(url, { headers: bearer(token), signal: again.signal })).status)
      .toBe(200);
  });

  it('calls that come too fast are refused with −32004 and the time to wait, and others of the tenant are not', async () => {
    const [fast, other] = [await open(server, bearer(await admin())), await open(server, bearer(await admin()))];
    const answers = await Promise.all(range(25).map((number) => fast.ask(number % 2 === 0 ? 'ping' : 'no.such')));
    const refused = answers.filter(({ error }) => error?.code === -32004);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    for (const { error } of refused) {
      expect(error?.data).toEqual({ error: 'call_rate', retryAfterMs: expect.any(Number) });
      expect(Number(error?.data?.retryAfterMs)).toBeLessThanOrEqual(200);
    }
    expect(await reached(server, 'call_rate')).toBe(refused.length);
    expect(await other.call('ping')).toEqual({ pong: true });
    await expect.poll(async () => (await fast.ask('ping')).result).toEqual({ pong: true });
  });
});

describe('upgrades', () => {
  it('of one address that come too fast are refused with 429, whoever asks, and those of others are not', async () => {
    const server = await startServer({ env: { UPGRADES_PER_MINUTE: '4' } });
    onTestFinished(server.stop);
    const url = `${server.address}/v1/connect`;
    for (const _ of range(3)) expect((await refusedUpgrade(url)).status).toBe(401);
    await open(server, withKey(AGENT_KEY));
    const refusal = await refusedUpgrade(url, withKey(AGENT_KEY));
    expect(refusal.status).toBe(429);
    expect(JSON.parse(refusal.text)).toMatchObject({ error: 'rate_limit_exceeded' });
    expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);
    expect(await reached(server, 'upgrade_rate')).toBe(1);
    await open(server, { ...withKey(AGENT_KEY), 'x-forwarded-for': '192.0.2.7' });
    // The dashboard's own way in has a count of its own.
    expect((await refusedUpgrade(`${server.address}/relay`)).status).toBe(403);
  });
});

describe('requests to the API', () => {
  it('that are too many are refused with 429 and counted', async () => {
    const server = await startServer({ env: { REQUESTS_PER_MINUTE: '3' } });
    onTestFinished(server.stop);
    const api = apiOf(server.address, await admin());
    const answers = await Promise.all(range(5).map(() => api.get('/v1/incidents')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    for (const { body, headers } of refused) {
      expect(body.error).toBe('rate_limit_exceeded');
      expect(headers.get('x-ratelimit-limit')).toBe('3');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await reached(server, 'request_rate')).toBe(2);
  });
});

describe('time', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({
      env: { IDLE_TIMEOUT_S: '1', HEADERS_TIMEOUT_S: '1', REQUEST_TIMEOUT_S: '2', KEEP_ALIVE_TIMEOUT_S: '1' },
    });
  });
  afterAll(() => server.stop());

  /** Writes the text on a new connection and resolves to all that came until the server closed it. */
  const answerTo = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = dial(server.port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk;
      });
      socket.on('error', reject).on('close', () => resolve(answer));
      socket.write(text);
    });

  it('a client without a word is closed 1008', async () => {
    const client = await open(server, withKey(AGENT_KEY));
    expect((await client.closed).code).toBe(1008);
    expect(await reached(server, 'idle')).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['a first byte does', ''],
    ['headers do', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow'],
    [
      'a body does',
      'POST /auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{',
    ],
  ])('a request whose %s not come is answered 408', async (_, text) => {
    const before = await reached(server, 'request_timeout');
    const answer = await answerTo(text);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"error":"request_timeout"');
    expect(await reached(server, 'request_timeout')).toBe(before + 1);
  });

  it('a connection that asks for nothing more is closed', async () => {
    const answer = await answerTo('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await reached(server, 'keep_alive')).toBeGreaterThanOrEqual(1);
  });
});
