import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { admin, expired, expiringIn, secondAdmin, signed, stranger } from '../testing/people.ts';
import type { RpcClient } from '../testing/rpc-client.ts';

const HOUR_MS = 3_600_000;
const greetings = ({ messages }: RpcClient) => messages.filter(({ method }) => method === 'connected');

describe('a session before the relay of this server', () => {
  let app: InProcess;
  beforeAll(async () => {
    app = await startInProcess({ idleTimeoutS: 3_600 });
  });
  afterAll(() => app.stop());

  const signedIn = async (token: string) => {
    const browser = openBrowser(app.address);
    await browser.signIn(token);
    const client = await browser.relay();
    await client.next(({ method }) => method === 'connected');
    return { browser, client };
  };

  it('is renewed under its open connections, which go on past the old token’s end as if nothing had been', async () => {
    const renewed = await signedIn(await expiringIn(60));
    const second = await renewed.browser.relay();
    const old = await signedIn(await expiringIn(60));
    const { status, body } = await renewed.browser.post('/auth/renew', { token: await expiringIn(3_600) });
    expect(status).toBe(200);
    expect(Math.abs(Number(body.expiresInMs) - HOUR_MS)).toBeLessThan(30_000);
    for (const client of [renewed.client, second]) await client.call('ping');
    app.pass(120_000);
    expect((await old.client.closed).code).toBe(1008);
    expect(old.client.messages.at(-1)).toMatchObject({ id: null, error: { code: -32001 } });
    for (const client of [renewed.client, second]) {
      expect(await client.call('ping')).toEqual({ pong: true });
      expect(greetings(client)).toHaveLength(1);
      // Nothing of the renewal itself is to be seen.
      expect(client.messages.filter(({ id }) => !String(id ?? 'call-').startsWith('call-'))).toEqual([]);
      client.close();
    }
  });

  it('is known with how long it lasts, also after it was renewed, and its cookie lives as long', async () => {
    const { browser, client } = await signedIn(await expiringIn(60));
    expect(Number((await browser.get('/auth/session')).body.expiresInMs)).toBeLessThanOrEqual(60_000);
    const { headers } = await browser.post('/auth/renew', { token: await expiringIn(3_600) });
    const expires = Date.parse(/expires=([^;]+)/i.exec(headers.get('set-cookie') ?? '')?.[1] ?? '');
    expect(Math.abs(expires - Date.now() - HOUR_MS)).toBeLessThan(30_000);
    expect(Number((await browser.get('/auth/session')).body.expiresInMs)).toBeGreaterThan(60_000);
    client.close();
  });

  it.each([
    ['another person', secondAdmin, 403, 'forbidden'],
    ['another tenant', stranger, 403, 'forbidden'],
    ['nobody, for it has expired', expired, 403, 'forbidden'],
    ['nobody, for it is none', async () => 'x', 403, 'forbidden'],
    ['nobody, for it is empty', async () => '', 400, 'validation_error'],
  ])('is not renewed by a token of %s', async (_, tokenOf, status, error) => {
    const { browser, client } = await signedIn(await admin());
    expect(await browser.post('/auth/renew', { token: await tokenOf() })).toMatchObject({ status, body: { error } });
    expect((await browser.get('/auth/session')).body).toMatchObject({ user: { userId: 'usr_ana', tenantId: 'ten_a' } });
    client.close();
  });

  it('is not there to be renewed where nobody is signed in', async () => {
    const answer = await openBrowser(app.address).post('/auth/renew', { token: await admin() });
    expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
  });

  it('may change its roles with the token, for whoever asks next', async () => {
    const { browser, client } = await signedIn(await admin());
    await browser.post('/auth/renew', { token: await signed({ roles: ['member'] }) });
    expect((await browser.get('/auth/session')).body).toMatchObject({ user: { roles: ['member'] } });
    client.close();
  });
});

describe('a session of the demo', () => {
  it('is renewed without anybody bringing a token', async () => {
    const app = await startInProcess({ idleTimeoutS: 24 * 3_600 }, { demo: true });
    try {
      const browser = openBrowser(app.address);
      await browser.post('/auth/demo', { role: 'member' });
      const client = await browser.relay();
      const { status, body } = await browser.post('/auth/renew');
      expect({ status, hours: Math.round(Number(body.expiresInMs) / HOUR_MS) }).toEqual({ status: 200, hours: 12 });
      expect((await browser.get('/auth/session')).body).toMatchObject({ user: { roles: ['member'] } });
      app.pass(11 * HOUR_MS);
      expect(await client.call('ping')).toEqual({ pong: true });
      client.close();
    } finally {
      await app.stop();
    }
  });
});

describe('a session before a relay elsewhere', () => {
  let upstream: FakeUpstream;
  let app: InProcess;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    app = await startInProcess({}, { upstream });
  });
  afterAll(async () => {
    await app.stop();
    await upstream.stop();
  });
  const open: RpcClient[] = [];
  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });

  const join = async (capabilities: string[] | undefined, isGreeted = true) => {
    const browser = openBrowser(app.address);
    await browser.signIn(await expiringIn(60));
    const [client, relay] = await Promise.all([browser.relay(), upstream.nextSocket()]);
    open.push(client);
    const got: Record<string, unknown>[] = [];
    relay.on('message', (data) => got.push(JSON.parse(data.toString())));
    const greet = () =>
      relay.send(
        JSON.stringify({ jsonrpc: '2.0', method: 'connected', params: { connectionId: 'conn_1', capabilities } }),
      );
    if (isGreeted) {
      greet();
      await client.next(({ method }) => method === 'connected');
    }
    return { browser, client, relay, got, greet };
  };

  it('tells it the new token, and keeps the answer, whatever it is, from the browser', async () => {
    const { browser, client, relay, got } = await join(['refresh']);
    for (const answer of [{ result: { expiresAt: 'later' } }, { error: { code: -32003, message: 'no' } }]) {
      const token = await expiringIn(3_600);
      const count = got.length;
      await browser.post('/auth/renew', { token });
      await expect.poll(() => got.length).toBe(count + 1);
      expect(got.at(-1)).toMatchObject({ jsonrpc: '2.0', method: 'auth.refresh', params: { token } });
      relay.send('"before"');
      relay.send(JSON.stringify({ jsonrpc: '2.0', id: got.at(-1)?.id, ...answer }));
      relay.send('"after"');
    }
    await client.until(() => client.frames.length === 5);
    expect(client.frames.slice(1)).toEqual(['"before"', '"after"', '"before"', '"after"']);
  });

  it('waits with it until the relay has said what it can', async () => {
    const { browser, client, got, greet } = await join(['refresh'], false);
    await browser.post('/auth/renew', { token: await expiringIn(3_600) });
    client.send('"first"');
    await expect.poll(() => got).toEqual(['first']);
    greet();
    await expect.poll(() => got.at(-1)).toMatchObject({ method: 'auth.refresh' });
  });

  it('tells a relay nothing that does not announce it; the browser comes again with the new token', async () => {
    const { browser, client, relay, got } = await join(undefined);
    const token = await expiringIn(3_600);
    await browser.post('/auth/renew', { token });
    client.send('"only this"');
    await expect.poll(() => got).toEqual(['only this']);
    relay.close(1008, 'authentication expired');
    expect((await client.closed).code).toBe(1008);
    const [again] = await Promise.all([browser.relay(), upstream.nextSocket()]);
    open.push(again);
    expect(upstream.upgrades.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('asks the API’s stream of events with the new token when it has to be opened again', async () => {
    upstream.streamWith(200);
    const { browser, client } = await join(undefined);
    const before = upstream.streams.length;
    await client.call('notifications.subscribe');
    await expect.poll(() => upstream.streams.length).toBe(before + 1);
    const token = await expiringIn(3_600);
    await browser.post('/auth/renew', { token });
    upstream.streams.at(-1)?.destroy();
    await expect.poll(() => upstream.streams.length, { timeout: 8_000 }).toBe(before + 2);
    expect(upstream.calls.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
  });
});
