import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import {
  type IdentityProvider,
  makeKey,
  type SigningKey,
  startIdentityProvider,
} from '../testing/identity-provider.ts';
import { bearer } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

describe('a server whose people come from an identity provider', () => {
  let provider: IdentityProvider;
  let server: ServerProcess;
  let key: SigningKey;
  beforeAll(async () => {
    key = await makeKey('ES256', 'only');
    provider = await startIdentityProvider([key]);
    provider.answerWith(500);
    server = await startServer({ env: { JWT_SECRET: undefined, JWKS_URL: provider.url.href, LOG_LEVEL: 'trace' } });
  });
  afterAll(async () => {
    await server.stop();
    await provider.stop();
  });

  it('lets nobody in while its keys cannot be had, says that it is not their fault, and recovers by itself', async () => {
    const token = await key.sign();
    const unavailable = { error: 'service_unavailable', message: expect.any(String) };
    for (const [method, path] of [
      ['GET', '/v1/incidents'],
      ['POST', '/auth/token'],
    ] as const) {
      const body = method === 'POST' ? { body: { token } } : {};
      expect(await request(server.address, method, path, { token, ...body })).toMatchObject({
        status: 503,
        body: unavailable,
      });
    }
    for (const [path, headers] of [
      ['/v1/connect', bearer(token)],
      [`/relay?token=${token}`, { origin: server.address }],
    ] as const) {
      const { status, text } = await refusedUpgrade(server.address + path, headers);
      expect(status).toBe(503);
      expect(JSON.parse(text)).toEqual(unavailable);
    }
    provider.answerWith(200);
    const status = async () => (await request(server.address, 'GET', '/v1/incidents', { token })).status;
    await expect.poll(status, { timeout: 10_000 }).toBe(200);
    const browser = openBrowser(server.address);
    expect((await browser.signIn(token)).status).toBe(200);
    for (const client of [await browser.relay(), await connect(`${server.address}/v1/connect`, bearer(token))]) {
      expect(await client.call('ping')).toEqual({ pong: true });
      client.close();
    }
    // Neither in what went wrong nor in what went well.
    expect(server.output()).toContain('"connectionId"');
    for (const part of [token, token.split('.')[2] ?? token, browser.cookie().split('=')[1] ?? token]) {
      expect(server.output()).not.toContain(part);
    }
  });
});
