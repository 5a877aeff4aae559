import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditPage, VerifyAnswer } from '../../protocol/api-steering.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, member, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { proposal, range } from '../testing/shared.ts';

describe('the record of who did what', () => {
  let server: ServerProcess;
  let ana: Api;
  let max: Api;
  let zoe: Api;
  let agent: RpcClient;
  let first: string;
  let second: string;

  beforeAll(async () => {
    server = await startServer();
    ana = apiOf(server.address, await admin());
    max = apiOf(server.address, await member());
    zoe = apiOf(server.address, await stranger());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    first = await ana.openIncident();
    second = await max.openIncident();
    await agent.call('remediation.proposed', proposal(first, 'rem_audited'));
    await ana.post('/v1/remediation/rem_audited/approve');
    await max.post(`/v1/investigation/${second}/context`, { context: 'We deployed at noon.' });
    for (const status of ['triaging', 'closed']) await ana.patch(`/v1/incidents/${second}`, { status });
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });

  const page = async (query = '', api = ana) => {
    const { status, body } = await api.get(`/v1/audit${query}`);
    expect(status).toBe(200);
    return AuditPage.parse(body);
  };
  const all = async () => (await page('?limit=100')).items;

  it('is for admins, each of their own tenant', async () => {
    expect(await max.get('/v1/audit')).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    expect((await max.post('/v1/audit/verify', { auditIds: ['aud_1'] })).status).toBe(403);
    expect(await page('', zoe)).toEqual({ items: [], total: 0, nextCursor: null });
    const ids = (await all()).map(({ auditId }) => auditId);
    const { body } = await zoe.post('/v1/audit/verify', { auditIds: ids.slice(0, 1) });
    expect(body).toMatchObject({ allVerified: false, results: [{ verified: false, storedHash: null }] });
  });

  it('lists the newest first, with who, what and when', async () => {
    const items = await all();
    expect(items.find(({ action }) => action !== 'access.refused')).toMatchObject({
      auditId: expect.stringMatching(/^aud_/),
      timestamp: expect.stringMatching(/Z$/),
      action: 'incident.status_changed',
      actorType: 'user',
      actorEmail: 'ana@a.example',
      resourceType: 'incident',
      resourceId: second,
      incidentId: second,
      metadata: { previousStatus: 'triaging', newStatus: 'closed' },
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    const of = (action: string) => items.find((item) => item.action === action);
    expect(of('remediation.proposed')).toMatchObject({ actorType: 'ai_agent', resourceId: 'rem_audited' });
    expect(of('remediation.approved')).toMatchObject({
      actorType: 'user',
      actorEmail: 'ana@a.example',
      resourceType: 'remediation',
      incidentId: first,
    });
    expect(items.some(({ actorType }) => actorType === 'system')).toBe(true);
  });

  it('can be filtered', async () => {
    const items = await all();
    for (const [query, fits] of [
      ['actorType=ai_agent', (item) => item.actorType === 'ai_agent'],
      ['action=incident.created', (item) => item.action === 'incident.created'],
      [`incidentId=${first}`, (item) => item.incidentId === first],
      [`incidentId=${first}&actorType=user`, (item) => item.incidentId === first && item.actorType === 'user'],
      ['from=2000-01-01T00:00:00Z', () => true],
      ['to=2000-01-01T00:00:00%2B02:00', () => false],
    ] as [string, (item: (typeof items)[number]) => boolean][]) {
      const expected = items.filter(fits);
      expect(await page(`?limit=100&${query}`)).toMatchObject({ items: expected, total: expected.length });
    }
    for (const query of ['actorType=robot', 'from=noon', 'limit=0', 'limit=101', 'cursor=abc', 'cursor=WyJ4Il0']) {
      expect(await ana.get(`/v1/audit?${query}`)).toMatchObject({ status: 400, body: { error: 'validation_error' } });
    }
  });

  it('is read page by page while it grows: nothing twice and nothing left out', async () => {
    const before = await all();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { items, nextCursor } = await page(`?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...items.map(({ auditId }) => auditId));
      cursor = nextCursor;
      await ana.openIncident();
    } while (cursor !== null);
    expect(seen).toEqual(before.map(({ auditId }) => auditId));
  });

  it('can be verified, entry by entry', async () => {
    const auditIds = (await all()).map(({ auditId }) => auditId);
    const answer = VerifyAnswer.parse((await ana.post('/v1/audit/verify', { auditIds })).body);
    expect(answer.allVerified).toBe(true);
    expect(answer.results.map(({ auditId }) => auditId)).toEqual(auditIds);
    for (const { verified, computedHash, storedHash } of answer.results) {
      expect(verified).toBe(true);
      expect(computedHash).toBe(storedHash);
    }
    const mixed = await ana.post('/v1/audit/verify', { auditIds: [auditIds[0], 'aud_unknown'] });
    expect(mixed.body).toMatchObject({
      allVerified: false,
      results: [{ verified: true }, { auditId: 'aud_unknown', verified: false, computedHash: null, storedHash: null }],
    });
    for (const ids of [[], range(101).map(String), [7], 'aud_1']) {
      expect((await ana.post('/v1/audit/verify', { auditIds: ids })).status).toBe(400);
    }
  });

  it('survives a crash, and goes on where it was', async () => {
    const before = await all();
    await server.kill('SIGKILL');
    await server.restart();
    await ana.openIncident();
    const after = await all();
    expect(after.slice(1)).toEqual(before);
    const { body } = await ana.post('/v1/audit/verify', { auditIds: after.map(({ auditId }) => auditId) });
    expect(body.allVerified).toBe(true);
  });
});
