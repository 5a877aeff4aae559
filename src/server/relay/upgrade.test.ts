import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connected } from '../../protocol/connection.ts';
import { request } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, expired, member, signed, TENANT, unsigned, withKey } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

describe('the upgrade at /v1/connect', () => {
  let server: ServerProcess;
  let url: string;
  beforeAll(async () => {
    server = await startServer();
    url = `${server.address}/v1/connect`;
  });
  afterAll(() => server.stop());

  const refusal = async (headers: Record<string, string>, address = url) => {
    const { status, headers: answered, text } = await refusedUpgrade(address, headers);
    expect(answered['content-type']).toContain('application/json');
    const body: unknown = JSON.parse(text);
    expect(body).toEqual({ error: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/\S/) });
    return { status, body };
  };

  it.each([
    ['no token', async () => ({})],
    ['a token that is none', async () => bearer('abc')],
    ['another scheme', async () => ({ authorization: `Basic ${await admin()}` })],
    ['an expired token', async () => bearer(await expired())],
    ['a token signed with another secret', async () => bearer(await signed({}, 'another-secret-0123456789abcdef01'))],
    ['a token that nobody signed', async () => bearer(unsigned())],
    ['a token signed with another algorithm', async () => bearer(await signed({}, undefined, 'HS512'))],
    ['a token that never expires', async () => bearer(await signed({ exp: null }))],
    ['a token without a role that we know', async () => bearer(await signed({ roles: ['owner'] }))],
    ['an unknown key', async () => withKey('cflo_unknown')],
    ['an unknown key beside a valid token', async () => ({ ...withKey('cflo_no'), ...bearer(await admin()) })],
  ])('answers 401 to %s', async (_, headers) => {
    expect(await refusal(await headers())).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
  });

  it('answers 403 where X-Tenant-Id is not the tenant of the token or key', async () => {
    const foreign = { 'x-tenant-id': 'ten_b' };
    expect((await refusal({ ...bearer(await admin()), ...foreign })).status).toBe(403);
    expect(await refusal({ ...withKey(AGENT_KEY), ...foreign })).toMatchObject({
      status: 403,
      body: { error: 'forbidden' },
    });
  });

  it('answers 404 at any other address', async () => {
    const headers = bearer(await admin());
    expect((await refusal(headers, `${server.address}/v1/elsewhere`)).status).toBe(404);
    expect((await refusal(headers, `${server.address}/`)).status).toBe(404);
  });

  it('answers 426 to a plain GET, and to an upgrade to something else', async () => {
    expect(await request(server.address, 'GET', '/v1/connect', { token: await admin() })).toMatchObject({
      status: 426,
      body: { error: 'upgrade_required', message: expect.any(String) },
    });
    expect(await refusal({ ...bearer(await admin()), upgrade: 'h2c' })).toMatchObject({ status: 426 });
  });

  it('answers a handshake that is no valid WebSocket handshake in the same shape', async () => {
    const headers = bearer(await admin());
    expect((await refusal({ ...headers, 'sec-websocket-key': 'short' })).status).toBe(400);
    expect((await refusal({ ...headers, 'sec-websocket-version': '7' })).status).toBe(426);
  });

  it.each([
    ['a member', async () => bearer(await member())],
    ['an admin', async () => bearer(await admin())],
    ['a person with a single role', async () => bearer(await signed({ role: 'member' }))],
    ['an agent', async () => withKey(AGENT_KEY)],
    ['a person who names their tenant', async () => ({ ...bearer(await admin()), 'x-tenant-id': TENANT })],
  ])('lets %s in and says so first', async (_, headers) => {
    const client = await connect(url, await headers());
    const { method, params, id } = await client.next(() => true);
    expect(method).toBe('connected');
    expect(id).toBeUndefined();
    expect(Connected.parse(params)).toMatchObject({
      connectionId: expect.stringMatching(/^conn_[0-9A-HJKMNP-TV-Z]{26}$/),
      tenantId: TENANT,
      serverTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    client.close();
  });

  it('survives clients that go away in the middle of the handshake', async () => {
    const token = await admin();
    const lines = [
      'GET /v1/connect HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Authorization: Bearer ${token}`,
    ];
    for (const path of ['/v1/connect', '/relay?token=x.y.z', '/nowhere']) {
      const gone = Array.from(
        { length: 100 },
        () =>
          new Promise<void>((resolve) => {
            const socket = connectSocket(server.port, '127.0.0.1', () => {
              socket.write(`${lines.join('\r\n').replace('/v1/connect', path)}\r\n\r\n`);
              setImmediate(() => socket.resetAndDestroy());
            });
            socket.on('error', () => undefined);
            socket.on('close', () => resolve());
          }),
      );
      await Promise.all(gone);
    }
    const client = await connect(url, bearer(token));
    expect(await client.call('ping')).toEqual({ pong: true });
    client.close();
  });
});

describe('a server that expects an issuer and an audience', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ env: { JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'causeflow' } });
  });
  afterAll(() => server.stop());

  it('refuses tokens with another or none, and takes those that fit', async () => {
    const url = `${server.address}/v1/connect`;
    const iss = 'https://id.example';
    for (const claims of [{}, { iss }, { iss, aud: 'other' }, { iss: 'https://evil.example', aud: 'causeflow' }]) {
      expect((await refusedUpgrade(url, bearer(await signed(claims)))).status).toBe(401);
    }
    for (const aud of ['causeflow', ['x', 'causeflow']]) {
      (await connect(url, bearer(await signed({ iss, aud })))).close();
    }
  });
});
