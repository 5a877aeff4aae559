import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { admin, bearer, member } from '../testing/people.ts';
import { refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

describe('what a browser is told with every answer', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ env: { REQUESTS_PER_MINUTE: '100' } });
  });
  afterAll(() => server.stop());

  const headersOf = async (path: string, init: RequestInit = {}) => {
    const abort = new AbortController();
    const { status, headers } = await fetch(server.address + path, { ...init, signal: abort.signal });
    abort.abort();
    return { status, headers };
  };

  const post = async (path: string, body: string, headers: Record<string, string> = {}) =>
    headersOf(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it.each<[string, number, () => Promise<{ status: number; headers: Headers }>]>([
    ['an answer', 200, async () => headersOf('/v1/incidents', { headers: bearer(await admin()) })],
    [
      'a created thing',
      201,
      async () => {
        const body = JSON.stringify({ title: 'Slow', description: 'It takes ten seconds.' });
        return post('/v1/incidents/chat', body, bearer(await admin()));
      },
    ],
    ['a stream', 200, async () => headersOf('/v1/notifications/stream', { headers: bearer(await admin()) })],
    ['a sign-in', 200, async () => post('/auth/token', JSON.stringify({ token: await admin() }))],
    ['a session', 200, () => headersOf('/auth/session')],
    ['a page', 200, () => headersOf('/docs')],
    ['a style', 200, () => headersOf('/docs/style.css')],
    ['a document', 200, () => headersOf('/openapi.json')],
    ['the metrics', 200, () => headersOf('/metrics')],
    ['a bad body', 400, async () => post('/auth/token', '{')],
    ['a request without a sign-in', 401, () => headersOf('/v1/incidents')],
    ['a refusal', 403, async () => headersOf('/v1/audit', { headers: bearer(await member()) })],
    ['a foreign origin', 403, async () => post('/auth/sign-out', '{}', { origin: 'https://evil.example' })],
    [
      'an incident that is not there',
      404,
      async () => headersOf('/v1/incidents/no', { headers: bearer(await admin()) }),
    ],
    ['an address that is not there', 404, () => headersOf('/v1/nowhere')],
    ['a body that is too large', 413, async () => post('/auth/token', `"${'x'.repeat(300_000)}"`)],
    ['a body of another type', 415, async () => post('/auth/token', 'x', { 'content-type': 'text/csv' })],
    ['a WebSocket’s address', 426, () => headersOf('/v1/connect')],
  ])('%s (%i): trust little, embed nothing, keep nothing', async (_, status, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    const { headers } = answer;
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('access-control-allow-origin')).toBe(false);
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split(';').map((directive): [string, string] => {
        const [name = '', ...sources] = directive.trim().split(' ');
        return [name, sources.join(' ')];
      }),
    );
    expect(Object.fromEntries(policy)).toMatchObject({
      'default-src': "'self'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'form-action': "'self'",
    });
    expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|https?:/);
  });

  it('is there with a request too many', async () => {
    const token = await member();
    let answer = await headersOf('/v1/incidents', { headers: bearer(token) });
    for (let tried = 0; tried < 200 && answer.status !== 429; tried += 1) {
      answer = await headersOf('/v1/incidents', { headers: bearer(token) });
    }
    expect(answer.status).toBe(429);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('is there with what is no request, with an address that is none, and with a refused upgrade', async () => {
    const broken = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connectSocket(server.port, '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nBad Header\r\n\r\n'),
      );
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
    });
    const { headers } = await refusedUpgrade(`${server.address}/relay?token=x`, { origin: server.address });
    const written = (entries: Iterable<[string, unknown]>): string =>
      [...entries].map(([name, value]) => `${name}: ${String(value)}`).join('\n');
    const badAddress = await headersOf('/v1/incidents/%E0%A4%A');
    const longAddress = await headersOf(`/v1/incidents/${'x'.repeat(3_000)}`);
    expect([badAddress.status, longAddress.status]).toEqual([400, 404]);
    for (const text of [
      broken,
      written(Object.entries(headers)),
      written(badAddress.headers.entries()),
      written(longAddress.headers.entries()),
    ]) {
      expect(text).toMatch(/cache-control: no-store/i);
      expect(text).toMatch(/x-content-type-options: nosniff/i);
      expect(text).toMatch(/content-security-policy: default-src '(?:none|self)'/i);
      expect(text).toMatch(/x-frame-options: DENY/i);
    }
  });

  it('gives nobody more requests for making up tokens or cookies, or spelling the address otherwise', async () => {
    const statuses = new Set<number>();
    for (let tried = 0; tried < 150; tried += 1) {
      const spelled = ['/v1/incidents', '/%76%31/incidents', '/v1/%69ncidents'][tried % 3] ?? '';
      const made = tried % 2 === 0 ? bearer(`made-up-${tried}`) : { cookie: `causeflow_session=made-up-${tried}` };
      statuses.add((await headersOf(spelled, { headers: made })).status);
    }
    expect([...statuses].sort()).toEqual([401, 429]);
  });
});

describe('the session’s cookie', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ env: { ALLOWED_ORIGINS: 'https://live.example.com' } });
  });
  afterAll(() => server.stop());

  const signIn = async (headers: Record<string, string> = {}) => {
    const body = { token: await admin() };
    const answer = await request(server.address, 'POST', '/auth/token', { headers, body });
    return { answer, cookie: answer.headers.get('set-cookie') ?? '' };
  };
  const nameAndValue = (cookie: string): string => cookie.split(';', 1)[0] ?? '';
  const whoIs = async (headers: Record<string, string>) =>
    (await request(server.address, 'GET', '/auth/session', { headers })).body.user;

  it('behind TLS can be neither set nor read by any other host or path, and is read behind TLS only', async () => {
    const tls = { 'x-forwarded-proto': 'https', origin: 'https://live.example.com' };
    const { cookie } = await signIn(tls);
    expect(cookie).toMatch(/^__Host-causeflow_session=[\w-]{43}; /);
    for (const flag of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(flag);
    expect(cookie).not.toMatch(/Domain/i);
    const value = nameAndValue(cookie).split('=')[1] ?? '';
    expect(await whoIs({ ...tls, cookie: nameAndValue(cookie) })).toMatchObject({ userId: 'usr_ana' });
    // A page of a sister host could have planted this one.
    expect(await whoIs({ ...tls, cookie: `causeflow_session=${value}` })).toBeNull();
    const out = await request(server.address, 'POST', '/auth/sign-out', {
      headers: { ...tls, cookie: nameAndValue(cookie) },
    });
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-causeflow_session=; .*Secure/);
    expect(await whoIs({ ...tls, cookie: nameAndValue(cookie) })).toBeNull();
  });

  it('is another one after every sign-in, and the one before is worth nothing', async () => {
    const first = await signIn();
    const headers = { cookie: nameAndValue(first.cookie), origin: server.address };
    const second = await signIn(headers);
    expect(nameAndValue(second.cookie)).not.toBe(nameAndValue(first.cookie));
    expect(await whoIs({ cookie: nameAndValue(first.cookie) })).toBeNull();
    expect(await whoIs({ cookie: nameAndValue(second.cookie) })).toMatchObject({ userId: 'usr_ana' });
  });

  it('is nothing that somebody else could have chosen', async () => {
    const planted = `causeflow_session=${'x'.repeat(43)}`;
    const { cookie } = await signIn({ cookie: planted, origin: server.address });
    expect(nameAndValue(cookie)).not.toBe(planted);
    expect(await whoIs({ cookie: planted })).toBeNull();
  });

  it('does nothing at the sign-in without the dashboard’s origin, however the address is spelled', async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    for (const path of ['/auth/ticket', '/auth/renew', '/auth/sign-out', '/%61uth/sign-out', '/auth/token']) {
      for (const origin of [
        undefined,
        'null',
        'https://evil.example',
        'https://live.example.com.',
        'HTTPS://LIVE.EXAMPLE.COM',
      ]) {
        for (const more of [{}, bearer(await admin())]) {
          const headers = { cookie: browser.cookie(), ...(origin === undefined ? {} : { origin }), ...more };
          const body = path === '/auth/token' ? { body: { token: await member() } } : {};
          const answer = await request(server.address, 'POST', path, { headers, ...body });
          expect([path, origin, answer.status, answer.body.error]).toEqual([path, origin, 403, 'forbidden']);
          expect(answer.headers.has('set-cookie')).toBe(false);
        }
      }
    }
    expect(await whoIs({ cookie: browser.cookie() })).toMatchObject({ userId: 'usr_ana' });
    const headers = { cookie: browser.cookie(), origin: 'https://live.example.com' };
    expect((await request(server.address, 'POST', '/auth/ticket', { headers })).status).toBe(200);
  });
});
