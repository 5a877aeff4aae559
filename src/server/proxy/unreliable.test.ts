import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type Browser, openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { admin } from '../testing/people.ts';
import { closing, frame, Opcode, openRaw } from '../testing/raw-socket.ts';
import { opening, type RawUpstream, startRawUpstream } from '../testing/raw-upstream.ts';
import type { ProxyLimits } from './limits.ts';

const { more, text, binary, close } = Opcode;
/** As a server sends: without a mask. */
const said = (opcode: number, payload?: Buffer | string, options?: Parameters<typeof frame>[2]): Buffer =>
  frame(opcode, payload, { isMasked: false, ...options });

describe('behind the proxy', () => {
  type Answer = (head: string) => string | Buffer | undefined;
  let answer: Answer = opening;
  let raw: RawUpstream;
  let fake: FakeUpstream;
  let rawServer: Behind;
  let fakeServer: Behind;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    raw = await startRawUpstream((head) => answer(head));
    fake = await startFakeUpstream();
    [rawServer, fakeServer] = await Promise.all([behind(raw), behind(fake)]);
    // They last until the end.
    stops.splice(0);
  });
  afterAll(() => Promise.all([rawServer.app.stop(), fakeServer.app.stop(), raw.stop(), fake.stop()]));
  beforeEach(() => {
    answer = opening;
    fake.welcomeWith('open');
    fake.calls.splice(0);
    raw.forget();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  type Behind = { app: InProcess; browser: Browser };
  /** A server of this test's own. */
  const behind = async (
    upstream: { relayUrl: string; apiUrl: string; stop(): Promise<void> },
    limits: Partial<ProxyLimits> = {},
  ): Promise<Behind> => {
    const app = await startInProcess({}, { upstream, proxyLimits: limits });
    stops.push(
      () => upstream.stop(),
      () => app.stop(),
    );
    const browser = openBrowser(app.address);
    await browser.signIn(await admin());
    return { app, browser };
  };

  it('a relay that never answers the handshake is given up, and the browser told to come back', async () => {
    const upstream = await startRawUpstream(() => undefined);
    const { browser } = await behind(upstream, { handshakeMs: 100 });
    const client = await browser.relay();
    expect((await client.closed).code).toBe(1013);
    await expect.poll(upstream.connections).toBe(0);
  });

  it.each<[string, (head: string) => string | Buffer]>([
    ['no HTTP', () => 'hello!\r\n\r\n'],
    ['bytes', () => Buffer.alloc(2_000, 7)],
    ['200', () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['101 without the right key', (head) => opening(head).replace(/Accept: .*/, 'Accept: nonsense')],
    ['101 for another protocol', (head) => opening(head).replace('Upgrade: websocket', 'Upgrade: h2c')],
    ['101 with a subprotocol', (head) => opening(head).replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: x\r\n\r\n')],
    [
      '101 with an extension',
      (head) => opening(head).replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n'),
    ],
    [
      'a redirect',
      () => 'HTTP/1.1 307 Elsewhere\r\nLocation: ws://127.0.0.1:1/v1/connect\r\nContent-Length: 0\r\n\r\n',
    ],
    ['headers without end', () => `HTTP/1.1 101 Switching Protocols\r\nX: ${'x'.repeat(100_000)}`],
  ])('a relay that answers the handshake with %s is 1013', async (_, said) => {
    answer = said;
    const client = await rawServer.browser.relay();
    expect((await client.closed).code).toBe(1013);
    expect(client.frames).toEqual([]);
  });

  it('a relay that goes away without a word is noticed, and 1012', async () => {
    const upstream = await startRawUpstream(opening);
    const { browser } = await behind(upstream, { pingEveryMs: 20, unansweredPings: 5 });
    const [client, socket] = await Promise.all([browser.relay(), upstream.next()]);
    socket.write(said(text, '"still here"'));
    await client.until(() => client.frames.length === 1);
    expect((await client.closed).code).toBe(1012);
    await expect.poll(upstream.connections).toBe(0);
  });

  it('a browser that goes away without a word is noticed, and the connection to the relay ended', async () => {
    const upstream = await startFakeUpstream();
    const { app, browser } = await behind(upstream, { pingEveryMs: 20, unansweredPings: 5 });
    const { port } = new URL(app.address);
    const joined = upstream.nextSocket();
    const path = `/relay?token=${await browser.ticket()}`;
    const opened = openRaw(Number(port), path, { Origin: app.address });
    const relay = await joined;
    relay.send('"hello"');
    const ended = new Promise<number>((resolve) => relay.once('close', resolve));
    // It reads, and answers no ping.
    await opened;
    expect(await ended).toBe(1001);
  });

  it('two sides that have nothing to say, but answer pings, stay', async () => {
    const upstream = await startFakeUpstream();
    const { browser } = await behind(upstream, { pingEveryMs: 20, unansweredPings: 5 });
    const [client, relay] = await Promise.all([browser.relay(), upstream.nextSocket()]);
    const pings = (socket: WebSocket): Promise<void> =>
      new Promise((resolve) => {
        let left = 15;
        socket.on('ping', () => {
          left -= 1;
          if (left === 0) resolve();
        });
      });
    await Promise.all([pings(relay), pings(client.webSocket)]);
    relay.send('"still here"');
    await client.until(() => client.frames.length === 1);
    client.close();
  });

  it.each<[string, Buffer]>([
    ['with a reserved bit', said(text, 'x', { reserved: 4 })],
    ['of a reserved kind', said(3, 'x')],
    ['with a mask', frame(text, 'x')],
    ['that continues nothing', said(more, 'x')],
    ['that is no UTF-8', said(text, Buffer.from([0xff]))],
    ['of 17 megabytes', said(text, '', { length: 17n * 1024n * 1024n })],
    ['of 2^60 bytes', said(text, '', { length: 2n ** 60n })],
    ['that closes in fragments', said(close, closing(1000), { isFinal: false })],
    ['that closes with one byte', said(close, Buffer.from([3]))],
    ...[999, 1004, 1005, 1006, 1015, 1016, 2999, 5000].map((code): [string, Buffer] => [
      `that closes with ${code}`,
      said(close, closing(code)),
    ]),
    ['that closes with a reason that is no UTF-8', said(close, closing(1000, Buffer.from([0xff])))],
  ])('a frame of the relay %s is 1012', async (_, bytes) => {
    const [client, socket] = await Promise.all([rawServer.browser.relay(), raw.next()]);
    socket.write(Buffer.concat([said(text, '"before"'), bytes]));
    expect((await client.closed).code).toBe(1012);
    expect(client.frames).toEqual(['"before"']);
  });

  it.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])(
    'a close of the relay with %i passes as it is',
    async (code) => {
      const [client, socket] = await Promise.all([rawServer.browser.relay(), raw.next()]);
      socket.write(said(close, closing(code, 'böse')));
      expect(await client.closed).toEqual({ code, reason: 'böse' });
    },
  );

  it('binary from the relay passes as binary', async () => {
    const [client, socket] = await Promise.all([rawServer.browser.relay(), raw.next()]);
    const message = new Promise((resolve) =>
      client.webSocket.once('message', (data, isBinary) => resolve([data.toString(), isBinary])),
    );
    socket.write(said(binary, '"bytes"'));
    expect(await message).toEqual(['"bytes"', true]);
    client.close();
  });

  it.each([
    [503, '7', 1013, 7_000],
    [429, '7', 4429, 7_000],
    [429, new Date(Date.now() + 3_600_000).toUTCString(), 4429, expect.any(Number)],
    [429, 'later', 4429, 5_000],
  ])(
    'a relay that refuses with %i and Retry-After %s says when to come back',
    async (status, after, code, retryAfterMs) => {
      fake.welcomeWith({ status, headers: { 'retry-after': after } });
      const { browser } = fakeServer;
      const client = await browser.relay();
      expect((await client.closed).code).toBe(code);
      expect(client.messages).toMatchObject([{ id: null, error: { code: -32004, data: { retryAfterMs } } }]);
      const told = Number(client.messages[0]?.error?.data?.retryAfterMs);
      if (after.includes('GMT')) expect(Math.abs(told - 3_600_000)).toBeLessThan(60_000);
    },
  );

  it('an API that never answers is 503 after a while', async () => {
    const { browser } = await behind(await startRawUpstream(() => undefined), { apiAnswerMs: 100 });
    expect(await browser.get('/v1/incidents')).toMatchObject({ status: 503, body: { error: 'service_unavailable' } });
  });

  it.each<[string, (head: string) => string | Buffer]>([
    ['no HTTP', () => 'hello!\r\n\r\n'],
    ['another version', () => 'HTTP/9.9 200 OK\r\n\r\n'],
    ['two lengths', () => 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    ['headers without end', () => `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`],
  ])('an API that answers with %s is 503', async (_, said) => {
    answer = said;
    expect(await rawServer.browser.get('/v1/incidents')).toMatchObject({
      status: 503,
      body: { error: 'service_unavailable' },
    });
  });

  it('an API that stops in the middle of an answer cuts it off, and is not taken for one that ended it', async () => {
    const half = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"incidents":[';
    const { app, browser } = await behind(await startRawUpstream(() => half), { apiPauseMs: 100 });
    const answer = fetch(`${app.address}/v1/incidents`, { headers: { cookie: browser.cookie() } });
    await expect(answer.then((response) => response.text())).rejects.toThrow();
  });

  it.each([
    [401, {}],
    [403, {}],
    [404, {}],
    [429, { 'retry-after': '7', 'x-ratelimit-remaining': '0' }],
    [500, {}],
    [503, { 'retry-after': '7' }],
    [302, { location: 'https://elsewhere.example/v1/incidents' }],
  ])('the API’s own %i reaches the browser after one call, with its headers', async (status, headers) => {
    fake.answerWith({ status, headers, body: '{"error":"its_own","message":"As it says."}' });
    const { browser } = fakeServer;
    const answer = await browser.get('/v1/incidents');
    expect(answer).toMatchObject({ status, body: { error: 'its_own', message: 'As it says.' } });
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    expect(fake.calls).toHaveLength(1);
  });
});
