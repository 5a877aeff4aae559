import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { admin, bearer, type Claims, signed } from '../testing/people.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

const MOST = 5;
const DAY_MS = 24 * 3_600_000;

const madeUp = (claims: Claims): Promise<string> => signed(claims, 'a-secret-that-nobody-knows-of-0123');

/** Only the upstream could tell that it is. */
describe('a token that somebody made up', () => {
  let upstream: FakeUpstream;
  let server: ServerProcess;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    server = await startServer({
      env: {
        RELAY_URL: upstream.relayUrl,
        API_URL: upstream.apiUrl,
        JWT_SECRET: undefined,
        AGENT_API_KEYS: undefined,
        REQUESTS_PER_MINUTE: String(MOST),
      },
    });
  });
  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  const statusOf = async (from: string, token: string, call: 'GET /v1/incidents' | 'POST /auth/token') => {
    const [method = '', path = ''] = call.split(' ');
    const headers = { ...bearer(token), 'x-forwarded-for': from };
    const { status } = await request(server.address, method, path, {
      headers,
      ...(method === 'POST' ? { body: { token } } : {}),
    });
    return status;
  };
  const allowed = range(MOST).map(() => 200);

  it.each([
    ['requests', '192.0.2.1', 'GET /v1/incidents'],
    ['sign-ins', '192.0.2.2', 'POST /auth/token'],
  ] as const)('gives nobody more %s, whomever it names', async (_, from, call) => {
    const statuses: number[] = [];
    for (const number of range(MOST + 1)) {
      statuses.push(await statusOf(from, await madeUp({ sub: `usr_${number}`, tenant_id: `ten_${number}` }), call));
    }
    expect(statuses).toEqual([...allowed, 429]);
  });

  it('takes no requests from whom it names', async () => {
    const statuses: number[] = [];
    for (const _ of range(MOST + 1)) {
      statuses.push(await statusOf('192.0.2.3', await madeUp({}), 'GET /v1/incidents'));
    }
    expect(statuses).toEqual([...allowed, 429]);
    expect(await statusOf('192.0.2.4', await admin(), 'GET /v1/incidents')).toBe(200);
  });

  it('has a session for a day at most, until whenever it says that it is good', async () => {
    const browser = openBrowser(server.address);
    const signIn = await browser.signIn(await madeUp({ exp: Date.parse('9999-12-31T23:59:59Z') / 1_000 }));
    const [, expires = ''] = /Expires=([^;]+)/.exec(signIn.headers.get('set-cookie') ?? '') ?? [];
    expect(Date.parse(expires)).toBeLessThanOrEqual(Date.now() + DAY_MS);
    const { expiresInMs } = (await browser.get('/auth/session')).body;
    expect(expiresInMs).toBeGreaterThan(DAY_MS - 60_000);
    expect(expiresInMs).toBeLessThanOrEqual(DAY_MS);
  });
});
