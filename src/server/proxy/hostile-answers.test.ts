import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { admin, bearer } from '../testing/people.ts';
import { type RawAnswer, rawRequest } from '../testing/raw-request.ts';
import { type RawUpstream, startRawUpstream } from '../testing/raw-upstream.ts';
import { selfSigned } from '../testing/self-signed.ts';
import { startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

type Said = string | Buffer;

/** An answer that ends its connection, with these lines after the status line. */
const said = (lines: readonly string[], body = '{}', status = '200 OK'): string =>
  [`HTTP/1.1 ${status}`, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`, ...lines, '', body].join(
    '\r\n',
  );

describe('what the API elsewhere answers', () => {
  let say: (head: string) => Said | undefined = () => undefined;
  let upstream: RawUpstream;
  let app: InProcess;
  let token: string;
  beforeAll(async () => {
    upstream = await startRawUpstream((head) => say(head));
    app = await startInProcess({}, { upstream });
    token = await admin();
  });
  afterAll(async () => {
    await app.stop();
    await upstream.stop();
  });

  const ask = (answer: Said, method = 'GET'): Promise<RawAnswer> => {
    say = () => answer;
    return rawRequest(app.address, method, '/v1/incidents', { headers: bearer(token) });
  };

  it('tells a browser what it is to know of the call, and nothing about cookies, other origins, rules or connections', async () => {
    const own = (await ask(said([]))).headers;
    const told = {
      'content-type': 'application/json; charset=utf-8',
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': '4',
      'ratelimit-policy': '5;w=60',
      'retry-after': '7',
      etag: '"1"',
      'idempotent-replayed': 'true',
      location: '/v1/incidents/inc_1',
      'content-disposition': 'attachment; filename="a.jsonl"',
    };
    const kept = [
      'Set-Cookie: causeflow_session=needle; Path=/',
      'Set-Cookie: __Host-causeflow_session=needle; Path=/; Secure',
      'Access-Control-Allow-Origin: https://needle.example',
      'Access-Control-Allow-Credentials: true',
      'Content-Security-Policy: needle',
      'Content-Security-Policy-Report-Only: needle',
      'Strict-Transport-Security: max-age=needle',
      'X-Frame-Options: needle',
      'X-Content-Type-Options: needle',
      'Referrer-Policy: needle',
      'Cross-Origin-Resource-Policy: needle',
      'Cache-Control: public, max-age=31536000',
      'Expires: Thu, 01 Jan 2099 00:00:00 GMT',
      'Clear-Site-Data: "needle"',
      'Service-Worker-Allowed: /needle',
      'Refresh: 0; url=https://needle.example',
      'WWW-Authenticate: Basic realm="needle"',
      'Proxy-Authenticate: Basic realm="needle"',
      'Authorization: Bearer needle',
      'X-Accel-Redirect: /needle',
      'X-Sendfile: /needle',
      'X-Request-Id: needle',
      'Alt-Svc: h2="needle:443"',
      'Report-To: needle',
      'SourceMap: /needle',
      'Server: needle',
      'Via: needle',
      'Keep-Alive: timeout=needle',
      'Upgrade: needle',
      'Trailer: needle',
      'X-Needle: needle',
    ];
    const { status, headers } = await ask(
      said([...Object.entries(told).map(([name, value]) => `${name}: ${value}`), ...kept]),
    );
    expect(status).toBe(200);
    expect(headers).toMatchObject(told);
    expect(JSON.stringify(headers)).not.toMatch(/needle|31536000|2099/);
    expect(Object.keys(headers).sort()).toEqual([...new Set([...Object.keys(own), ...Object.keys(told)])].sort());
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each(['text/html', 'image/svg+xml', 'text/javascript', 'application/xhtml+xml'])(
    'of the type %s can run nothing on our origin',
    async (type) => {
      const { headers, text } = await ask(said([`Content-Type: ${type}`], '<script src="/v1/x.js"></script>'));
      expect(text).toContain('<script');
      expect(headers).toMatchObject({
        'content-type': type,
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
    },
  );

  it('may be a redirect, which is shown and not followed, so that no token goes there', async () => {
    const asked: string[] = [];
    for (const location of ['https://evil.example/', '//evil.example/', upstream.apiUrl, '/v1/elsewhere']) {
      for (const status of ['301 Moved', '302 Found', '303 See', '307 Temporary', '308 Permanent']) {
        say = (head) => {
          asked.push(head.split('\r\n', 1)[0] ?? '');
          return said([`Location: ${location}`], '{}', status);
        };
        const answer = await rawRequest(app.address, 'POST', '/v1/incidents/chat', { headers: bearer(token) });
        expect(answer.status).toBe(Number(status.slice(0, 3)));
        expect(answer.headers.location).toBe(location);
      }
    }
    expect(asked).toHaveLength(20);
    expect(new Set(asked)).toEqual(new Set(['POST /v1/incidents/chat HTTP/1.1']));
  });

  it.each<[string, Said]>([
    ['a status that is none', said([], '{}', '999 Odd')],
    ['a status of two digits', said([], '{}', '20 Odd')],
    ['a status below all', said([], '{}', '000 Odd')],
    ['another protocol', said(['Upgrade: h2c'], '', '101 Switching')],
    ['only the news of an answer', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nnonsense'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    ],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}'],
    ['a space before the colon', said(['Content-Type : text/html'])],
    ['a control character in a header', said(['Retry-After: 7\u0001'])],
    ['a line that is none', said(['nonsense'])],
    ['a thousand headers', said(range(1_000).map((number) => `X-${number}: ${'x'.repeat(60)}`))],
  ])('with %s is 503', async (_, answer) => {
    expect(await ask(answer)).toMatchObject({ status: 503, body: { error: 'service_unavailable' } });
  });

  it.each<[string, Said, number]>([
    ['letters of any script in a header', said(['Content-Disposition: attachment; filename="→ü.txt"']), 200],
    ['the same header many times', said(range(50).map(() => 'Retry-After: 7')), 200],
    ['__proto__ for a header', said(['__proto__: x', 'constructor: x']), 200],
    ['no body where there may be none', said([], '', '204 No Content'), 204],
    ['what has not changed', said([], '', '304 Not Modified'), 304],
    ['a body that ends with the connection', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}', 200],
    [
      'trailers',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nSet-Cookie: a=b\r\n\r\n',
      200,
    ],
  ])('with %s is passed on', async (_, answer, status) => {
    const { headers, ...got } = await ask(answer);
    expect(got.status).toBe(status);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it('to one call is never taken for that to the next, however much of it there is', async () => {
    const more = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"needle"';
    for (const _ of range(5)) {
      say = () => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${more}${more}`;
      const answers = await Promise.all(
        range(3).map(() => rawRequest(app.address, 'GET', '/v1/incidents', { headers: bearer(token) })),
      );
      for (const { text } of answers) expect(text).not.toContain('needle');
    }
  });

  it('to a body that it does not want to the end is what its caller gets', async () => {
    say = () => said(['Content-Type: application/json'], '{"error":"payload_too_large"}', '413 Too Large');
    const answer = await rawRequest(app.address, 'POST', '/v1/incidents/import', {
      headers: { ...bearer(token), 'content-type': 'application/x-ndjson' },
      chunks: range(100).map(() => 'x'.repeat(50_000)),
    });
    expect(answer).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
  });

  it('is asked for no more once its caller has gone', async () => {
    say = () => 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';
    upstream.forget();
    const ending = new AbortController();
    const open = await fetch(`${app.address}/v1/notifications/stream`, {
      headers: bearer(token),
      signal: ending.signal,
    });
    expect(open.status).toBe(200);
    expect(open.headers.get('x-accel-buffering')).toBe('no');
    const gone = once(await upstream.next(), 'close');
    ending.abort();
    await gone;
  });
});

it('a relay and an API are shown a token only where somebody vouches for their certificate', async () => {
  const { certificate, key } = selfSigned('localhost');
  const shown: unknown[] = [];
  const api = createServer({ cert: certificate, key }, ({ headers }, response) => {
    shown.push(headers.authorization);
    response.end('{}');
  });
  const folder = await mkdtemp(join(tmpdir(), 'causeflow-certificate-'));
  const trusted = join(folder, 'authority.pem');
  await writeFile(trusted, certificate);
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const { port } = api.address() as AddressInfo;
  const upstream = { relayUrl: `wss://localhost:${port}/v1/connect`, apiUrl: `https://localhost:${port}` };
  const env = { RELAY_URL: upstream.relayUrl, API_URL: upstream.apiUrl, AGENT_API_KEYS: undefined };
  const token = await admin();
  const ask = async (server: { address: string; stop(): Promise<void> }): Promise<number> => {
    try {
      const browser = openBrowser(server.address);
      await browser.signIn(token);
      // It speaks no WebSocket: what counts is whether it is asked.
      await (await browser.relay()).closed;
      return (await apiOf(server.address, token).get('/v1/incidents')).status;
    } finally {
      await server.stop();
    }
  };
  try {
    expect(await ask(await startInProcess({}, { upstream }))).toBe(503);
    expect(shown).toEqual([]);
    expect(await ask(await startServer({ env: { ...env, NODE_EXTRA_CA_CERTS: trusted } }))).toBe(200);
    expect(shown).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  } finally {
    api.close();
    await rm(folder, { recursive: true });
  }
});
