import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { admin, bearer } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

type Line = Record<string, unknown>;

describe('what the server writes', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ env: { LOG_LEVEL: 'debug' } });
  });
  afterAll(() => server.stop());

  const lines = (): Line[] =>
    server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Line => JSON.parse(line));
  const line = async (fits: (line: Line) => boolean): Promise<Line> => {
    await expect.poll(() => lines().find(fits), { timeout: 10_000 }).toBeDefined();
    return lines().find(fits) ?? {};
  };

  it('is JSON, a line for each answer, with the id of the request that was given or made, which goes back', async () => {
    const given = await request(server.address, 'GET', '/v1/incidents?token=hush', {
      headers: { 'x-request-id': 'req-1' },
    });
    expect(given.headers.get('x-request-id')).toBe('req-1');
    expect(await line(({ requestId }) => requestId === 'req-1')).toMatchObject({
      msg: 'answered',
      method: 'GET',
      route: '/v1/incidents',
      status: 401,
    });
    const made = (await request(server.address, 'GET', '/healthz')).headers.get('x-request-id') ?? '';
    expect(made).toMatch(/^req_[0-9A-Z]{26}$/);
    await line(({ requestId }) => requestId === made);
    expect(server.output()).not.toContain('hush');
  });

  it.each(['a b', 'x'.repeat(129), '"}', '{}'])('takes no request id like %.20s', async (id) => {
    const answer = await request(server.address, 'GET', '/healthz', { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('names the request of an upgrade that was refused', async () => {
    const answer = await refusedUpgrade(`${server.address}/v1/connect`, { 'x-request-id': 'refused-1' });
    expect(answer.headers['x-request-id']).toBe('refused-1');
    expect(await line(({ requestId }) => requestId === 'refused-1')).toMatchObject({
      msg: 'an upgrade was refused',
      status: 401,
      path: '/v1/connect',
    });
  });

  it('names the connection on every line about it, from its beginning to its end', async () => {
    const client = await connect(`${server.address}/v1/connect`, { ...bearer(await admin()), 'x-request-id': 'up-1' });
    const { params } = await client.next(({ method }) => method === 'connected');
    client.send('{');
    client.close(1000);
    await client.closed;
    const connectionId = params?.connectionId;
    expect(await line((one) => one.connectionId === connectionId && one.msg === 'disconnected')).toMatchObject({
      requestId: 'up-1',
      tenantId: 'ten_a',
      userId: 'usr_ana',
      code: 1000,
    });
    expect(
      lines()
        .filter(({ requestId }) => requestId === 'up-1')
        .every((one) => one.connectionId === connectionId),
    ).toBe(true);
  });

  it('has one request id on both sides of the proxy', async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    const client = await browser.relay();
    await client.call('ping');
    client.close();
    const proxied = await line(({ msg }) => msg === 'browser disconnected');
    expect(proxied).toMatchObject({ proxy: true, connectionId: expect.stringMatching(/^conn_/) });
    const relayed = await line(({ msg, requestId }) => msg === 'disconnected' && requestId === proxied.requestId);
    expect(relayed.connectionId).toMatch(/^conn_/);
    expect(relayed.connectionId).not.toBe(proxied.connectionId);
  });
});
