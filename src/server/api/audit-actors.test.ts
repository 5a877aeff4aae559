import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyDecisionRecord } from '../../incident/verify-decision-record.ts';
import { DecisionRecord } from '../../protocol/api-decision-room.ts';
import { AuditPage } from '../../protocol/api-steering.ts';
import { digestOf } from '../incidents/digest.ts';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, member, signed, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { proposal } from '../testing/shared.ts';

/** What anybody may write into an event, and means nobody. */
const FORGED = {
  by: 'ana@a.example',
  createdBy: 'ana@a.example',
  userId: 'usr_ana',
  actor: { type: 'user', id: 'usr_ana', email: 'ana@a.example' },
};
const KEY_ID = /^[0-9a-f]{12}$/;

describe('who acted, as the audit has it', () => {
  let app: InProcess;
  let ana: Api;
  let agent: RpcClient;
  beforeAll(async () => {
    app = await startInProcess();
    ana = apiOf(app.address, await admin());
    agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(async () => {
    agent.close();
    await app.stop();
  });

  const entries = async (query: string) => AuditPage.parse((await ana.get(`/v1/audit?limit=100&${query}`)).body).items;
  const actionsOf = async (incidentId: string, actorType: string) =>
    (await entries(`incidentId=${incidentId}&actorType=${actorType}`)).map(({ action }) => action).reverse();

  it('is the key, whoever the agent says it was, and also where it says that this is from elsewhere', async () => {
    const forged = { ...FORGED, importedAt: '2026-01-01T00:00:00.000Z', importedBy: 'ana@a.example' };
    const { incidentId } = await agent.call('incident.created', { title: 'By a monitor', ...forged });
    await agent.call('investigation.subscribe', { incidentId });
    const plan = { incidentId, remediationId: 'rem_forged' };
    await agent.call('remediation.proposed', {
      ...proposal(String(incidentId), 'rem_forged', { requiresApproval: false }),
      ...forged,
    });
    const done = ['remediation.executing', 'remediation.executed'];
    for (const method of done) await agent.call(method, { ...plan, ...forged });
    await agent.call('investigation.completed', {
      incidentId,
      rootCause: 'The index is gone.',
      confidence: 0.9,
      recommendedActions: [],
      ...forged,
    });
    const all = ['incident.created', 'remediation.proposed', ...done, 'investigation.completed'];
    expect((await actionsOf(String(incidentId), 'ai_agent')).sort()).toEqual(all.sort());
    expect(await actionsOf(String(incidentId), 'user')).toEqual([]);
    for (const entry of await entries(`incidentId=${incidentId}&actorType=ai_agent`)) {
      expect(entry).toMatchObject({ actorId: expect.stringMatching(KEY_ID), actorEmail: null });
    }
    const [heard] = agent.events(String(incidentId));
    expect(heard).toMatchObject({ by: FORGED.by, actor: { type: 'ai_agent', id: expect.stringMatching(KEY_ID) } });
    expect(heard).not.toHaveProperty('importedAt');
    const record = DecisionRecord.parse((await ana.get('/v1/remediation/rem_forged/record')).body);
    expect(record.decisions).toMatchObject([{ action: 'remediation.executing', by: expect.stringMatching(KEY_ID) }]);
    expect((await verifyDecisionRecord(record, digestOf)).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('takes nothing of that name into an event that is not on record, either', async () => {
    const incidentId = await ana.openIncident();
    await agent.call('investigation.subscribe', { incidentId });
    await agent.call('investigation.progress', { incidentId, agentName: 'Probe', message: 'Reading', ...FORGED });
    expect(agent.events(incidentId)).toMatchObject([{ by: FORGED.by, userId: FORGED.userId }]);
    expect(agent.events(incidentId)[0]).not.toHaveProperty('actor');
  });

  it('is the person whose token it was, whatever is in the body', async () => {
    const incidentId = await ana.openIncident();
    const max = apiOf(app.address, await member());
    const body = { ...FORGED, importedAt: '2026-01-01T00:00:00.000Z', timestamp: '2020-01-01T00:00:00.000Z' };
    await max.post(`/v1/investigation/${incidentId}/feedback`, {
      rating: 1,
      rootCauseAccurate: false,
      recommendationsUseful: false,
      ...body,
    });
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_rated'));
    await max.post('/v1/remediation/rem_rated/feedback', { outcome: 'no_effect', rating: 1, ...body });
    const rated = (await entries(`incidentId=${incidentId}`)).filter(({ action }) => action.endsWith('_submitted'));
    expect(rated).toHaveLength(2);
    for (const entry of rated) {
      expect(entry).toMatchObject({ actorType: 'user', actorId: 'usr_max', actorEmail: 'max@a.example' });
      expect(Date.parse(entry.timestamp)).toBeGreaterThan(Date.parse('2026-01-01'));
    }
  });

  it('is not told by the lines of an imported record', async () => {
    const head = {
      type: 'incident',
      incidentId: 'inc_from_elsewhere',
      title: 'Elsewhere',
      severity: 'low',
      status: 'closed',
      createdAt: '2026-01-01T00:00:00.000Z',
    };
    const line = { type: 'event', method: 'investigation.aborted', params: { eventId: 'evt_forged', ...FORGED } };
    const texts = [head, line].map((one) => `${JSON.stringify(one)}\n`).join('');
    const digest = `sha256:${createHash('sha256').update(texts).digest('hex')}`;
    const { status } = await request(app.address, 'POST', '/v1/incidents/import', {
      token: await member(),
      headers: { 'content-type': 'application/x-ndjson' },
      text: `${texts}${JSON.stringify({ type: 'end', events: 1, digest })}\n`,
    });
    expect(status).toBe(201);
    expect(await entries('incidentId=inc_from_elsewhere')).toMatchObject([
      { action: 'incident.created', actorType: 'user', actorEmail: 'max@a.example' },
    ]);
  });

  it('is the subject where a token has no e-mail, in everything that people do', async () => {
    const nameless = apiOf(app.address, await signed({ sub: 'usr_nameless', email: '' }));
    const incidentId = await nameless.openIncident();
    const of = (rest = '') => `/v1/investigation/${incidentId}${rest}`;
    const plan = (rest: string) => `/v1/remediation/rem_nameless/${rest}`;
    const stored = async (answer: Promise<{ status: number }>) => expect((await answer).status).toBe(200);
    await stored(nameless.patch(`/v1/incidents/${incidentId}`, { status: 'triaging' }));
    await stored(nameless.post(of()));
    await stored(nameless.post(of('/context'), { context: 'We deployed at noon.' }));
    const feedback = { rating: 5, rootCauseAccurate: true, recommendationsUseful: true };
    await stored(nameless.post(of('/feedback'), feedback));
    await stored(nameless.delete(of()));
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_nameless'));
    for (const verb of ['claim', 'approve', 'execute']) await stored(nameless.post(plan(verb), {}));
    const people = [
      'incident.created',
      'incident.status_changed',
      'investigation.dispatched',
      'investigation.context_added',
      'investigation.feedback_submitted',
      'investigation.aborted',
      'remediation.claimed',
      'remediation.approved',
      'remediation.executing',
    ];
    expect((await actionsOf(incidentId, 'user')).sort()).toEqual(people.sort());
    for (const entry of await entries(`incidentId=${incidentId}&actorType=user`)) {
      expect(entry).toMatchObject({ actorId: 'usr_nameless', actorEmail: null });
    }
    const { body } = await ana.get(of('/events?limit=1000'));
    const told = (body.items as { method: string; params: Record<string, unknown> }[]).filter(({ method }) =>
      people.includes(method),
    );
    for (const { params } of told) expect(params.by).toBe('usr_nameless');
    const record = DecisionRecord.parse((await ana.get(plan('record'))).body);
    expect(record.decisions.map(({ by }) => by)).toEqual(['usr_nameless', 'usr_nameless']);
    expect((await verifyDecisionRecord(record, digestOf)).filter(({ ok }) => !ok)).toEqual([]);
  });
});
