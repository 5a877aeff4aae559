import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../protocol/api-steering.ts';
import { AuditPage } from '../../protocol/api-steering.ts';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, bearer, member, secondAdmin, signed, stranger, withKey } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { range } from '../testing/shared.ts';

describe('access that is refused', () => {
  let app: InProcess;
  let ana: Api;
  beforeAll(async () => {
    app = await startInProcess();
    ana = apiOf(app.address, await admin());
  });
  afterAll(() => app.stop());

  const refusals = async (api = ana): Promise<readonly AuditEntry[]> =>
    AuditPage.parse((await api.get('/v1/audit?action=access.refused&limit=100')).body).items;
  /** The newest refusal, once there are so many. */
  const newest = async (count: number, api = ana): Promise<AuditEntry | undefined> => {
    await expect.poll(async () => (await refusals(api)).length, { timeout: 10_000 }).toBe(count);
    return (await refusals(api))[0];
  };

  it('is on the record of the tenant: who, what and why, in the one chain of all entries', async () => {
    const browser = openBrowser(app.address);
    await browser.signIn(await admin());
    const url = `${app.address}/v1/connect`;
    let count = (await refusals()).length;
    const expectNew = async (expected: Partial<AuditEntry>) => {
      count += 1;
      expect(await newest(count)).toMatchObject({
        action: 'access.refused',
        resourceType: 'call',
        incidentId: null,
        actorType: 'user',
        ...expected,
      });
    };
    const max = { actorId: 'usr_max', actorEmail: 'max@a.example' };
    const me = { actorId: 'usr_ana', actorEmail: 'ana@a.example' };

    await apiOf(app.address, await member()).post('/v1/remediation/rem_secret/approve');
    const what = 'POST /v1/remediation/:remediationId/approve';
    await expectNew({ ...max, resourceId: what, metadata: { reason: 'role' } });

    await refusedUpgrade(url, { ...bearer(await member()), 'x-tenant-id': 'ten_b' });
    await expectNew({ ...max, resourceId: 'GET /v1/connect', metadata: { reason: 'tenant' } });

    await refusedUpgrade(url, { ...withKey(AGENT_KEY), 'x-tenant-id': 'ten_b' });
    await expectNew({ actorType: 'ai_agent', actorEmail: null, resourceId: 'GET /v1/connect' });

    const client = await connect(url, bearer(await member()));
    await client.ask('investigation.progress', { incidentId: 'inc_secret', agentName: 'Eve', message: 'forged' });
    await expectNew({ ...max, resourceId: 'investigation.progress', metadata: { reason: 'role' } });
    await client.ask('auth.refresh', { token: await admin() });
    await expectNew({ ...max, resourceId: 'auth.refresh', metadata: { reason: 'subject' } });
    client.close();

    const headers = { cookie: browser.cookie(), origin: 'https://evil.example' };
    await request(app.address, 'POST', '/v1/incidents/chat', { headers, body: {} });
    await expectNew({ ...me, resourceId: 'POST /v1/incidents/chat', metadata: { reason: 'origin' } });

    const ticket = await browser.ticket();
    await refusedUpgrade(`${app.address}/relay?token=${ticket}`, { origin: 'https://evil.example' });
    await expectNew({ ...me, resourceId: 'GET /relay', metadata: { reason: 'origin' } });
    await refusedUpgrade(`${app.address}/relay?token=${await admin()}`, { origin: 'null' });
    await expectNew({ ...me, resourceId: 'GET /relay', metadata: { reason: 'origin' } });

    (await browser.relay(ticket)).close();
    await refusedUpgrade(`${app.address}/relay?token=${ticket}`, { origin: app.address });
    await expectNew({ ...me, resourceId: 'GET /relay', metadata: { reason: 'ticket' } });

    const all = await refusals();
    expect(JSON.stringify(all)).not.toMatch(/rem_secret|inc_secret|eyJ|cflo_/);
    const { body } = await ana.post('/v1/audit/verify', { auditIds: all.map(({ auditId }) => auditId) });
    expect(body.allVerified).toBe(true);
  });

  it('is on nobody’s record where nobody is known, or where it would tell what exists elsewhere', async () => {
    const incidentId = await ana.openIncident();
    const zoe = apiOf(app.address, await stranger());
    const before = (await refusals()).length;
    await zoe.get(`/v1/incidents/${incidentId}`);
    await zoe.post('/v1/remediation/rem_1/approve');
    await refusedUpgrade(`${app.address}/relay?token=${'x'.repeat(43)}`, { origin: app.address });
    await refusedUpgrade(`${app.address}/relay?token=${'x'.repeat(43)}`, { origin: 'https://evil.example' });
    await refusedUpgrade(`${app.address}/v1/connect`, { 'x-tenant-id': 'ten_a' });
    // The next one that is recorded is the only new one.
    await refusedUpgrade(`${app.address}/v1/connect`, { ...bearer(await secondAdmin()), 'x-tenant-id': 'ten_b' });
    expect(await newest(before + 1)).toMatchObject({ actorId: 'usr_bea' });
    expect(await refusals(zoe)).toEqual([]);
  });

  it('fills no log: a flood leaves ten entries of one person, and the next one says how many were left out', async () => {
    const max = apiOf(app.address, await member());
    app.pass(3_600_000);
    const headOf = () => app.log.head({ tenantId: 'ten_a', stream: '@refusals' });
    const before = await headOf();
    for (const _ of range(60)) await max.get('/v1/audit');
    await expect.poll(headOf, { timeout: 10_000 }).toBe(before + 10);
    // Another person of the tenant is not drowned by it.
    await refusedUpgrade(`${app.address}/v1/connect`, { ...bearer(await secondAdmin()), 'x-tenant-id': 'ten_b' });
    expect(await newest(before + 11)).toMatchObject({ actorId: 'usr_bea', metadata: { omitted: 50 } });
    app.pass(61_000);
    for (const _ of range(5)) await max.get('/v1/audit');
    expect(await newest(before + 12)).toMatchObject({ actorId: 'usr_max' });
  });

  it('is bounded for the tenant, too, however many of its people there are', async () => {
    app.pass(3_600_000);
    const headOf = () => app.log.head({ tenantId: 'ten_a', stream: '@refusals' });
    const before = await headOf();
    for (const number of range(12)) {
      const one = apiOf(app.address, await signed({ sub: `usr_${number}`, roles: ['member'] }));
      await Promise.all(range(8).map(() => one.get('/v1/audit')));
    }
    await expect.poll(headOf, { timeout: 10_000 }).toBe(before + 50);
    expect((await ana.get('/v1/audit?action=access.refused')).status).toBe(200);
    expect(await headOf()).toBe(before + 50);
  });
});
