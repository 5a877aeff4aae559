import { connect as dial } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { admin, bearer, stranger } from '../testing/people.ts';
import { type RawAnswer, rawRequest } from '../testing/raw-request.ts';
import { range } from '../testing/shared.ts';

const MOST_BYTES = 100_000;

describe('a call to the API elsewhere', () => {
  let upstream: FakeUpstream;
  let app: InProcess;
  let token: string;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    app = await startInProcess({ streamsPerTenant: 2 }, { upstream, proxyLimits: { apiBodyBytes: MOST_BYTES } });
    token = await admin();
  });
  beforeEach(() => {
    upstream.calls.splice(0);
    upstream.answerWith({ status: 200, body: '{"ok":true}' });
  });
  // Whatever was sent, the next one is served.
  afterEach(async () => {
    expect((await request(app.address, 'GET', '/v1/incidents', { token })).body).toEqual({ ok: true });
  });
  afterAll(async () => {
    await app.stop();
    await upstream.stop();
  });

  const send = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    chunks: readonly string[] = [],
  ): Promise<RawAnswer> => rawRequest(app.address, method, path, { headers: { ...bearer(token), ...headers }, chunks });
  const expectRefused = ({ status, body }: RawAnswer, expected: number, error: unknown): void => {
    expect({ status, body }).toEqual({ status: expected, body: { error, message: expect.stringMatching(/\S/) } });
    expect(upstream.calls).toEqual([]);
  };

  it.each([
    '/v1/../admin',
    '/v1/x/../../../admin',
    '/v1/%2e%2e/admin',
    '/v1/.%2E/admin',
    '/v1/..%2fadmin',
    '/v1/..%5cadmin',
    '/v1/x%2f..%2f..%2fadmin',
    '/v1/%2e/x',
    '/v1/./x',
    '/v1/..',
    '/v1/\\..\\..\\admin',
    '/v1/x\\y',
    '/v1/%zz',
    '/v1/%ff',
    'http://evil.example/v1/incidents',
  ])('goes nowhere by the address %s', async (path) => {
    expectRefused(await send('GET', path), 400, 'validation_error');
  });

  it.each(['/v1\\..\\admin', '//v1/incidents', '/V1/incidents', '/v1x/incidents', '/%2fv1/incidents'])(
    'is none at the address %s',
    async (path) => {
      expectRefused(await send('GET', path), 404, 'route_not_found');
    },
  );

  it.each([
    ['/v1/incidents/%00', '/v1/incidents/%00'],
    ['/v1/agents/DB%2FCache', '/v1/agents/DB%2FCache'],
    ['/v1//evil.example/x', '/v1//evil.example/x'],
    ['/v1/x;y=..;/z', '/v1/x;y=..;/z'],
    ['/v1/incidents?cursor=../..&next=http://evil.example/', '/v1/incidents?cursor=../..&next=http://evil.example/'],
    ['/v1/x?a=%zz&token=1&to%6ben=2&b=?', '/v1/x?a=%zz&b=?'],
    [`/v1/${'x'.repeat(8_000)}`, `/v1/${'x'.repeat(8_000)}`],
  ])('%.40s stays what it is, below the API’s own address', async (path, expected) => {
    expect((await send('GET', path)).status).toBe(200);
    expect(upstream.calls.map(({ url }) => url)).toEqual([`/base${expected}`]);
  });

  it('brings the API what it needs to know, and nothing else of what a caller may say', async () => {
    const browser = openBrowser(app.address);
    await browser.signIn(token);
    const needed = {
      accept: 'application/json',
      'accept-language': 'pt',
      'idempotency-key': 'once',
      'last-event-id': 'evt_1',
      'user-agent': 'a probe',
      'content-type': 'application/json',
      'content-length': '2',
    };
    await send(
      'POST',
      '/v1/incidents/chat',
      {
        ...needed,
        cookie: browser.cookie(),
        origin: app.address,
        referer: `${app.address}/?token=needle`,
        'x-tenant-id': 'ten_needle',
        'x-api-key': 'cflo_needle',
        'x-forwarded-for': '192.0.2.66',
        forwarded: 'for=192.0.2.66',
        'x-forwarded-host': 'needle.example',
        'x-real-ip': '192.0.2.66',
        'x-http-method-override': 'DELETE',
        'x-original-url': '/needle',
        'proxy-authorization': 'Basic needle',
        'proxy-connection': 'needle',
        'http2-settings': 'needle',
        te: 'trailers',
        'sec-fetch-site': 'cross-site',
        'x-needle': 'needle',
      },
      ['{}'],
    );
    const [call] = upstream.calls;
    expect(call?.headers).toEqual({
      ...needed,
      host: new URL(upstream.apiUrl).host,
      connection: 'keep-alive',
      authorization: `Bearer ${token}`,
      'x-tenant-id': 'ten_a',
      'x-request-id': expect.stringMatching(/^req_/),
    });
  });

  it.each([
    { connection: 'authorization, x-tenant-id, x-request-id' },
    { connection: 'close, host' },
    { 'keep-alive': 'timeout=5' },
    { expect: '100-continue' },
    { te: 'deflate' },
    { host: 'evil.example' },
    { 'transfer-encoding': 'chunked' },
  ])('with the headers %j is the call that it is without them', async (headers) => {
    expect((await send('GET', '/v1/incidents', headers)).status).toBe(200);
    expect(upstream.calls).toMatchObject([
      { headers: { host: new URL(upstream.apiUrl).host, authorization: `Bearer ${token}`, 'x-tenant-id': 'ten_a' } },
    ]);
    expect(upstream.calls[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  it('without its own header that a connection takes away comes without that one only', async () => {
    await send('POST', '/v1/incidents/chat', { connection: 'idempotency-key', 'idempotency-key': 'x' }, ['{}']);
    expect(upstream.calls[0]?.headers).not.toHaveProperty('idempotency-key');
    expect(upstream.calls[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it.each(['PROPFIND', 'TRACE', 'PURGE', 'SEARCH', 'MKCOL', 'LINK'])('does not exist by %s', async (method) => {
    expectRefused(await send(method, '/v1/incidents'), 404, 'route_not_found');
  });

  it.each(['OPTIONS', 'HEAD', 'PUT'])('by %s is the API’s to answer', async (method) => {
    upstream.answerWith({ status: 405, headers: { allow: 'GET' }, body: '{"error":"method_not_allowed"}' });
    const { status, headers } = await send(method, '/v1/incidents');
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET' });
    upstream.answerWith({ status: 200, body: '{"ok":true}' });
  });

  it.each<[string, readonly string[], string]>([
    ['application/json', ['{"a":'], '{"a":'],
    ['application/json', ['{"a":', '1}'], '{"a":1}'],
    ['application/x-ndjson', ['{}\n{}\n'], '{}\n{}\n'],
    ['text/plain', ['\0\u0001'], '\0\u0001'],
  ])('of the type %s brings the API the body as it is', async (type, chunks, body) => {
    await send('POST', '/v1/incidents/import', { 'content-type': type }, chunks);
    await send('POST', '/v1/incidents/import', { 'content-type': type, 'content-length': `${body.length}` }, chunks);
    expect(upstream.calls.map((call) => [call.headers['content-type'], call.body])).toEqual([
      [type, body],
      [type, body],
    ]);
  });

  it('that reads brings no body along, whatever it says', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '7' };
    expect((await send('GET', '/v1/incidents', headers, ['{"a":1}'])).status).toBe(200);
    expect(upstream.calls).toHaveLength(1);
    expect(upstream.calls[0]).toMatchObject({ body: '', headers: { authorization: `Bearer ${token}` } });
    for (const name of ['content-length', 'content-type']) expect(upstream.calls[0]?.headers).not.toHaveProperty(name);
  });

  it('with a body of the most bytes goes through, and with a byte more is 413, sent or only announced', async () => {
    const type = { 'content-type': 'application/json' };
    const most = 'x'.repeat(MOST_BYTES);
    expect((await send('POST', '/v1/incidents/import', type, [most])).status).toBe(200);
    expect(upstream.calls.splice(0)[0]?.body).toHaveLength(MOST_BYTES);
    for (const headers of [type, { ...type, 'content-length': `${MOST_BYTES + 1}` }]) {
      expectRefused(await send('POST', '/v1/incidents/import', headers, [most, 'x']), 413, 'payload_too_large');
    }
  });

  /** Writes the text on a connection of its own and resolves to all that came until its end. */
  const speak = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = dial(Number(new URL(app.address).port), '127.0.0.1');
      let said = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        said += chunk;
      });
      socket.on('error', () => undefined).on('close', () => resolve(said));
      socket.write(text);
    });
  const post = (lines: string, body: string): string =>
    `POST /v1/incidents/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nConnection: close\r\n${lines}\r\n\r\n${body}`;
  const hidden = 'GET /v1/hidden HTTP/1.1\r\nHost: x\r\n\r\n';

  it.each([
    ['a length and chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`)],
    ['two lengths', post(`Content-Length: 0\r\nContent-Length: ${hidden.length}`, hidden)],
    ['a list of lengths', post(`Content-Length: 0, ${hidden.length}`, hidden)],
    ['a length with a sign', post('Content-Length: +5', hidden)],
    ['chunks spelled otherwise', post('Transfer-Encoding: xchunked', hidden)],
    ['chunks within another coding', post('Transfer-Encoding: chunked, identity', hidden)],
    ['a space before the colon', post('Transfer-Encoding : chunked', hidden)],
    ['a folded line', post('X-Fold: a\r\n Content-Length: 5', hidden)],
    ['a bare line feed', post('X-Line: a\nContent-Length: 5', hidden)],
    ['a chunk of a wrong size', post('Transfer-Encoding: chunked', `-1\r\n${hidden}`)],
    ['NUL in a header', post('X-Nul: a\0b', hidden)],
  ])('hides no other one behind %s', async (_, text) => {
    const said = await speak(text);
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).not.toContain('hidden');
    expect(upstream.calls.filter(({ url }) => url.includes('hidden'))).toEqual([]);
  });

  it('takes the way of those that are open into account: streams of a tenant have their limit, and leave room', async () => {
    upstream.streamWith(200);
    const path = '/v1/notifications/stream';
    const ending = new AbortController();
    const open = (as: string) => fetch(app.address + path, { headers: bearer(as), signal: ending.signal });
    for (const _ of range(2)) expect((await open(token)).status).toBe(200);
    for (const spelled of [path, '/v1/notifications/%73tream', `${path}/`, `${path}?x=1`]) {
      const { status, headers, body } = await send('GET', spelled);
      expect({ status, body }).toMatchObject({ status: 429, body: { error: 'rate_limit_exceeded' } });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await open(await stranger())).status).toBe(200);
    ending.abort();
    const again = new AbortController();
    await expect
      .poll(async () => (await fetch(app.address + path, { headers: bearer(token), signal: again.signal })).status)
      .toBe(200);
    again.abort();
  });
});

it('streams that stay open, however many, keep no other call waiting', async () => {
  const upstream = await startFakeUpstream();
  upstream.streamWith(200);
  const app = await startInProcess({}, { upstream });
  const token = await admin();
  const ending = new AbortController();
  try {
    const streams = range(150).map(() =>
      fetch(`${app.address}/v1/notifications/stream`, { headers: bearer(token), signal: ending.signal }),
    );
    for (const { status } of await Promise.all(streams)) expect(status).toBe(200);
    expect((await request(app.address, 'GET', '/v1/incidents', { token })).status).toBe(200);
  } finally {
    ending.abort();
    await app.stop();
    await upstream.stop();
  }
});
