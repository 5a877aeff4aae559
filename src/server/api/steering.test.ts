import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, member, secondAdmin, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, proposal, range } from '../testing/shared.ts';

describe('steering an investigation', () => {
  let server: ServerProcess;
  let ana: Api;
  let bea: Api;
  let max: Api;
  let zoe: Api;
  let agent: RpcClient;
  let incidentId: string;

  beforeAll(async () => {
    server = await startServer();
    ana = apiOf(server.address, await admin());
    bea = apiOf(server.address, await secondAdmin());
    max = apiOf(server.address, await member());
    zoe = apiOf(server.address, await stranger());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });
  beforeEach(async () => {
    incidentId = await ana.openIncident();
    await agent.call('investigation.subscribe', { incidentId });
  });

  const statusOf = async () => (await ana.get(`/v1/incidents/${incidentId}`)).body.status;
  const heard = (method: string) =>
    agent.next((message) => message.method === method && message.params?.incidentId === incidentId);
  const at = (rest = '') => `/v1/investigation/${incidentId}${rest}`;

  it('a running investigation is stopped once, and the agents hear it', async () => {
    await ana.post(at());
    await agent.call('agent.status', { incidentId, agentName: 'Probe', role: 'logs', status: 'running' });
    await agent.call('agent.status', { incidentId, agentName: 'Idle', role: 'metrics', status: 'done' });
    await agent.call('investigation.progress', progress(incidentId, 'Looking'));
    const answers = await Promise.all(range(5).map(() => ana.delete(at(), { reason: 'a false alarm' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 200)?.body).toEqual({
      incidentId,
      status: 'open',
      abortedAt: expect.stringMatching(/Z$/),
      agentsStopped: ['Probe'],
    });
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ error: 'no_active_investigation' });
    expect((await heard('investigation.aborted')).params).toMatchObject({
      by: 'ana@a.example',
      reason: 'a false alarm',
    });
    await expect.poll(statusOf).toBe('open');
  });

  it('what nobody has taken up yet can be stopped too, and started and stopped again', async () => {
    for (const _ of range(2)) {
      expect((await ana.post(at())).status).toBe(200);
      expect(await ana.delete(at())).toMatchObject({ status: 200, body: { agentsStopped: [] } });
      expect((await ana.delete(at())).status).toBe(409);
    }
  });

  it('stopping is for admins, and there must be something to stop', async () => {
    expect(await ana.delete(at())).toMatchObject({ status: 409, body: { error: 'no_active_investigation' } });
    await ana.post(at());
    expect(await max.delete(at())).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    for (const api of [zoe, ana]) {
      const path = api === zoe ? at() : '/v1/investigation/inc_unknown';
      expect(await api.delete(path)).toMatchObject({ status: 404, body: { error: 'incident_not_found' } });
    }
  });

  it('what people know is told to the agents, and sends them off again if wished', async () => {
    const answer = await max.post(at('/context'), { context: ' We deployed at noon. ', suggestedAgents: ['Deploys'] });
    expect(answer).toMatchObject({
      status: 200,
      body: { incidentId, message: expect.any(String), reinvestigating: false },
    });
    expect((await heard('investigation.context_added')).params).toMatchObject({
      by: 'max@a.example',
      context: 'We deployed at noon.',
      suggestedAgents: ['Deploys'],
      seq: expect.any(Number),
    });
    await agent.call('dispatch.subscribe');
    const again = await ana.post(at('/context'), { context: 'Look once more', reinvestigate: true });
    expect(again.body).toMatchObject({ reinvestigating: true });
    await heard('investigation.dispatched');
    await expect.poll(statusOf).toBe('investigating');
  });

  it('a context must say something, of an incident that is', async () => {
    for (const body of [{}, { context: '  ' }, { context: 7 }, { context: 'x', reinvestigate: 'yes' }]) {
      expect(await ana.post(at('/context'), body)).toMatchObject({ status: 400, body: { error: 'validation_error' } });
    }
    expect(await zoe.post(at('/context'), { context: 'x' })).toMatchObject({
      status: 404,
      body: { error: 'incident_not_found' },
    });
  });

  it('a known solution is decided on once', async () => {
    const decide = (body: Record<string, unknown>, api = ana) => api.post(at('/known-solution'), body);
    await agent.call('investigation.known_solution_found', {
      incidentId,
      matchedPatternId: 'ptn_1',
      matchedTitle: 'A pool ran dry',
      confidence: 0.9,
      runbookUrl: 'https://runbooks.example/pool',
    });
    expect(await decide({ action: 'accept', patternId: 'ptn_2' })).toMatchObject({
      status: 404,
      body: { error: 'pattern_not_found' },
    });
    const answers = await Promise.all(
      range(5).map((number) =>
        decide({ action: number % 2 === 0 ? 'accept' : 'dismiss', patternId: 'ptn_1', notes: 'seen before' }),
      ),
    );
    const [won] = answers.filter(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(won?.body).toEqual({
      incidentId,
      patternId: 'ptn_1',
      action: expect.stringMatching(/accept|dismiss/),
      nextStatus: won?.body.action === 'accept' ? 'remediating' : 'investigating',
    });
    expect(await decide({ action: 'accept', patternId: 'ptn_1' }, bea)).toMatchObject({
      status: 409,
      body: { error: 'no_pending_decision' },
    });
    expect((await heard('investigation.known_solution_decided')).params).toMatchObject({
      by: 'ana@a.example',
      patternId: 'ptn_1',
      notes: 'seen before',
    });
  });

  it('where no known solution was found there is nothing to decide', async () => {
    const body = { action: 'accept', patternId: 'ptn_1' };
    expect(await ana.post(at('/known-solution'), body)).toMatchObject({
      status: 409,
      body: { error: 'no_pending_decision' },
    });
    expect((await ana.post(at('/known-solution'), { ...body, action: 'perhaps' })).status).toBe(400);
    expect(await zoe.post(at('/known-solution'), body)).toMatchObject({
      status: 404,
      body: { error: 'incident_not_found' },
    });
  });

  it('everybody rates an investigation once', async () => {
    const given = { rating: 4, rootCauseAccurate: true, recommendationsUseful: false, comment: 'close' };
    const rate = (api: Api, body: unknown = given) => api.post(at('/feedback'), body);
    const answers = await Promise.all(range(4).map(() => rate(ana)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 200)?.body).toEqual({
      feedbackId: expect.stringMatching(/^fbk_/),
      incidentId,
      submittedAt: expect.stringMatching(/Z$/),
    });
    expect(await rate(ana)).toMatchObject({ status: 409, body: { error: 'feedback_already_submitted' } });
    expect((await rate(max)).status).toBe(200);
    for (const rating of [0, 6, 2.5, '4']) expect((await rate(bea, { ...given, rating })).status).toBe(400);
    expect(await rate(zoe)).toMatchObject({ status: 404, body: { error: 'incident_not_found' } });
  });

  it('everybody rates a fix once', async () => {
    const remediationId = `rem_of_${incidentId}`;
    await agent.call('remediation.proposed', proposal(incidentId, remediationId));
    const given = { outcome: 'partial', rating: 3, timeToResolutionMinutes: 12.5 };
    const rate = (api: Api, body: unknown = given, id = remediationId) =>
      api.post(`/v1/remediation/${id}/feedback`, body);
    expect(await rate(ana)).toMatchObject({
      status: 200,
      body: { feedbackId: expect.stringMatching(/^fbk_/), remediationId, submittedAt: expect.any(String) },
    });
    expect(await rate(ana)).toMatchObject({ status: 409, body: { error: 'feedback_already_submitted' } });
    expect((await rate(max)).status).toBe(200);
    expect((await rate(bea, { ...given, outcome: 'worse' })).status).toBe(400);
    for (const [api, id] of [
      [zoe, remediationId],
      [ana, 'rem_unknown'],
    ] as const) {
      expect(await rate(api, given, id)).toMatchObject({ status: 404, body: { error: 'remediation_not_found' } });
    }
    expect((await heard('remediation.feedback_submitted')).params).toMatchObject({ by: 'ana@a.example', rating: 3 });
  });
});

describe('the numbers of incidents', () => {
  it('count those of the period and of the tenant, and how fast they ended', async () => {
    const server = await startServer();
    try {
      const ana = apiOf(server.address, await admin());
      const zoe = apiOf(server.address, await stranger());
      const numbers = async (query = '') => (await ana.get(`/v1/analytics/incidents${query}`)).body;
      const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
      expect(await numbers()).toEqual({
        totalIncidents: 0,
        resolvedIncidents: 0,
        mttr: 0,
        resolutionRate: 0,
        bySeverity: none,
      });
      const ids = await Promise.all(['high', 'high', 'low', 'info'].map((severity) => ana.openIncident({ severity })));
      await zoe.openIncident();
      await ana.patch(`/v1/incidents/${ids[0]}`, { status: 'resolved' });
      await ana.patch(`/v1/incidents/${ids[2]}`, { status: 'closed' });
      await ana.patch(`/v1/incidents/${ids[3]}`, { status: 'resolved' });
      await ana.patch(`/v1/incidents/${ids[3]}`, { status: 'open' });
      for (const query of ['', '?period=7d', '?period=90d']) {
        expect(await numbers(query)).toEqual({
          totalIncidents: 4,
          resolvedIncidents: 2,
          mttr: expect.any(Number),
          resolutionRate: 0.5,
          bySeverity: { ...none, high: 2, low: 1, info: 1 },
        });
      }
      expect((await ana.get('/v1/analytics/incidents?period=1d')).status).toBe(400);
    } finally {
      await server.stop();
    }
  });
});
