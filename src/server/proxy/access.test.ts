import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../protocol/ids.ts';
import { ACCESS_ROWS, pathOf, type Row, type Things } from '../testing/access-rows.ts';
import { openBrowser } from '../testing/browser.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, bearer, expired, member, signed, stranger, unsigned, withKey } from '../testing/people.ts';
import { rawRequest } from '../testing/raw-request.ts';

const rows = Object.entries(ACCESS_ROWS);
const things: Things = {
  incidentId: newId('inc'),
  remediationId: newId('rem'),
  approvalId: newId('apr'),
  auditId: newId('aud'),
  record: '{}\n',
};

/** The matrix of `api/access.test.ts` where the API is elsewhere: who may call what is for it to say, who calls is ours. */
describe('every call to the API elsewhere', () => {
  let upstream: FakeUpstream;
  let app: InProcess;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    app = await startInProcess({}, { upstream });
  });
  beforeEach(() => upstream.calls.splice(0));
  afterAll(async () => {
    await app.stop();
    await upstream.stop();
  });

  const ask = ([call, row]: readonly [string, Row], headers: Record<string, string>) => {
    const body = row.body?.(things);
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
    const isRead = call.startsWith('GET');
    const ofBody = { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(text)}` };
    return rawRequest(app.address, call.split(' ', 1)[0] ?? '', pathOf(call, things), {
      headers: { ...(isRead ? {} : ofBody), ...headers },
      chunks: isRead ? [] : [text],
    });
  };
  const sessionOf = async (token: string) => {
    const browser = openBrowser(app.address);
    await browser.signIn(token);
    return { cookie: browser.cookie(), origin: app.address };
  };
  const ticketOf = async (): Promise<string> => {
    const browser = openBrowser(app.address);
    await browser.signIn(await admin());
    return browser.ticket();
  };

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no credentials', async () => ({})],
    ['a token of somebody else’s making', async () => bearer(await signed({}, 'another-secret-0123456789abcdef01'))],
    ['an unsigned token', async () => bearer(unsigned())],
    ['an expired token', async () => bearer(await expired())],
    ['an agent key', async () => withKey(AGENT_KEY)],
    ['an agent key as a token', async () => bearer(AGENT_KEY)],
    ['a ticket', async () => bearer(await ticketOf())],
    ['a cookie that is none', async () => ({ cookie: 'causeflow_session=nonsense', origin: app.address })],
    ['a ticket for a cookie', async () => ({ cookie: `causeflow_session=${await ticketOf()}`, origin: app.address })],
    ['a bad token beside a good cookie', async () => ({ ...(await sessionOf(await admin())), ...bearer('no') })],
  ])('does not get there with %s', async (_, credentials) => {
    const headers = await credentials();
    for (const row of rows) {
      const { status, body } = await ask(row, headers);
      expect([row[0], status, body]).toEqual([row[0], 401, { error: 'unauthorized', message: expect.any(String) }]);
    }
    expect(upstream.calls).toEqual([]);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['a member', member, 'ten_a'],
    ['an admin', admin, 'ten_a'],
    ['another tenant’s admin', stranger, 'ten_b'],
  ])('gets there as %s who makes it, by token or by session, and as nobody else', async (_, tokenOf, tenantId) => {
    const token = await tokenOf();
    for (const credentials of [bearer(token), await sessionOf(token)]) {
      for (const row of rows) {
        expect([row[0], (await ask(row, { ...credentials, 'x-tenant-id': 'ten_c' })).status]).toEqual([row[0], 200]);
      }
      const calls = upstream.calls.splice(0);
      expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual(
        rows.map(([call]) => `${call.split(' ', 1)[0]} /base${pathOf(call, things)}`),
      );
      for (const { headers } of calls) {
        expect(headers).toMatchObject({ authorization: `Bearer ${token}`, 'x-tenant-id': tenantId });
        expect(headers).not.toHaveProperty('cookie');
      }
    }
  });

  it('that changes something does not get there from a foreign page', async () => {
    const { cookie } = await sessionOf(await admin());
    const changes = rows.filter(([call]) => !call.startsWith('GET'));
    for (const row of changes) {
      for (const origin of [{}, { origin: 'null' }, { origin: 'https://evil.example' }]) {
        const { status, body } = await ask(row, { cookie, ...origin });
        expect([row[0], status, body]).toMatchObject([row[0], 403, { error: 'forbidden' }]);
      }
    }
    expect(upstream.calls).toEqual([]);
  });

  it('goes by /v1 alone: beside it there is only what is the dashboard’s own', () => {
    const others = app.routes().filter((call) => !/ \/v1(?:\/|\/\*)?$/.test(call));
    expect(others.sort()).toEqual([
      'GET /auth/session',
      'GET /healthz',
      'GET /metrics',
      'GET /readyz',
      'POST /auth/demo',
      'POST /auth/renew',
      'POST /auth/sign-out',
      'POST /auth/ticket',
      'POST /auth/token',
    ]);
  });
});
