import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { admin, expired, expiringIn, member, signed, unsigned } from '../testing/people.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

describe('signing in with a token', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('answers with who it is, and sets a cookie that no script and no other site can use', async () => {
    const browser = openBrowser(server.address);
    const answer = await browser.signIn(await admin());
    expect(answer).toMatchObject({
      status: 200,
      body: { user: { userId: 'usr_ana', email: 'ana@a.example', tenantId: 'ten_a', roles: ['admin'] } },
    });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Strict/i);
    expect(cookie).toMatch(/; Path=\//i);
    expect(cookie).not.toMatch(/; Secure/i);
    expect(cookie).not.toMatch(/; Domain/i);
    expect((await browser.get('/auth/session')).body).toMatchObject({
      mode: 'token',
      lab: false,
      user: { userId: 'usr_ana' },
    });
    expect((await browser.get('/v1/incidents')).status).toBe(200);
  });

  it('sets the cookie for https only where the page came by https', async () => {
    const answer = await request(server.address, 'POST', '/auth/token', {
      headers: { 'x-forwarded-proto': 'https' },
      body: { token: await admin() },
    });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure/i);
  });

  it('refuses a token that is not valid, and sets no cookie', async () => {
    for (const token of ['nonsense', 'a.b.c', await expired(), unsigned(), await signed({ roles: [] })]) {
      const answer = await request(server.address, 'POST', '/auth/token', { body: { token } });
      expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
    for (const body of [{}, { token: '' }, { token: 7 }, { token: 'x'.repeat(17_000) }]) {
      const answer = await request(server.address, 'POST', '/auth/token', { body });
      expect(answer).toMatchObject({ status: 400, body: { error: 'validation_error' } });
    }
  });

  it('lasts over a restart, and as long as the token', async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await member());
    const short = openBrowser(server.address);
    await short.signIn(await expiringIn(1));
    await server.kill('SIGKILL');
    await server.restart();
    expect((await browser.get('/auth/session')).body.user).toMatchObject({ userId: 'usr_max' });
    await expect.poll(async () => (await short.get('/auth/session')).body.user, { timeout: 10_000 }).toBeNull();
    expect((await short.get('/v1/incidents')).status).toBe(401);
    expect((await short.post('/auth/ticket')).status).toBe(401);
  });

  it('ends with signing out, for whoever holds the cookie', async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    const stolen = browser.cookie();
    const out = await browser.post('/auth/sign-out');
    expect(out.headers.get('set-cookie')).toMatch(/=;/);
    const answer = await request(server.address, 'GET', '/v1/incidents', { headers: { cookie: stolen } });
    expect(answer.status).toBe(401);
  });

  it('does not know the demo’s sign-in', async () => {
    const answer = await request(server.address, 'POST', '/auth/demo', { body: { role: 'admin' } });
    expect(answer).toMatchObject({ status: 403, body: { error: 'forbidden' } });
  });

  it('and everything else that changes something is shut to foreign pages', async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${server.port + 1}`, 'http://localhost']) {
      for (const path of ['/auth/ticket', '/auth/sign-out', '/v1/incidents/chat', '/auth/token']) {
        const headers = { origin, cookie: browser.cookie() };
        const answer = await request(server.address, 'POST', path, { headers, body: {} });
        expect(answer).toMatchObject({ status: 403, body: { error: 'forbidden' } });
      }
    }
    expect((await browser.get('/v1/incidents')).status).toBe(200);
  });
});

describe('the demo’s sign-in', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ env: { JWT_SECRET: undefined, AGENT_API_KEYS: undefined, DEMO: '0' } });
  });
  afterAll(() => server.stop());

  it('is one click, as admin or as member, and lasts over a restart', async () => {
    const ana = openBrowser(server.address);
    const ben = openBrowser(server.address);
    expect((await ana.post('/auth/demo', { role: 'admin' })).body.user).toMatchObject({ roles: ['admin'] });
    expect((await ben.post('/auth/demo', { role: 'member' })).body.user).toMatchObject({ roles: ['member'] });
    expect((await ana.get('/auth/session')).body).toMatchObject({ mode: 'demo', lab: false });
    await server.kill('SIGKILL');
    await server.restart();
    expect((await ana.get('/v1/incidents')).status).toBe(200);
    const client = await ben.relay();
    expect(await client.call('ping')).toEqual({ pong: true });
    client.close();
  });

  it('without the demo shows no lab and no incident that nobody opened', async () => {
    const browser = openBrowser(server.address);
    await browser.post('/auth/demo', { role: 'admin' });
    expect((await browser.get('/auth/session')).body).toMatchObject({ lab: false });
    expect((await browser.get('/v1/incidents')).body).toMatchObject({ incidents: [], count: 0 });
    expect((await browser.post('/lab/faults', { fault: 'pool' })).status).toBe(404);
  });

  it('knows no other role, and takes nobody’s own tokens', async () => {
    const browser = openBrowser(server.address);
    expect((await browser.post('/auth/demo', { role: 'owner' })).status).toBe(400);
    expect((await browser.signIn(await admin())).status).toBe(401);
    expect((await browser.get('/auth/session')).body.user).toBeNull();
  });

  it('has a secret of its own in every data directory', async () => {
    const other = await startServer({ env: { JWT_SECRET: undefined, AGENT_API_KEYS: undefined, DEMO: '0' } });
    try {
      const browser = openBrowser(server.address);
      await browser.post('/auth/demo', { role: 'admin' });
      const headers = { cookie: browser.cookie() };
      expect((await request(other.address, 'GET', '/v1/incidents', { headers })).status).toBe(401);
    } finally {
      await other.stop();
    }
  });
});
