import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, member, OTHER_AGENT_KEY, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, proposal, range } from '../testing/shared.ts';

describe('an agent', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;
  let person: RpcClient;
  let incidentId: string;
  const open = (headers: Record<string, string>) => connect(`${server.address}/v1/connect`, headers);
  const history = async (id = incidentId) => {
    const { body } = await api.get(`/v1/investigation/${id}/events?limit=1000`);
    return body.items as { method: string; eventId: string; seq: number; params: Record<string, unknown> }[];
  };

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    agent = await open(withKey(AGENT_KEY));
    person = await open(bearer(await admin()));
    incidentId = await api.openIncident();
    await person.call('investigation.subscribe', { incidentId });
  });
  afterEach(() => {
    agent.close();
    person.close();
  });

  it('is answered with the eventId and seq of what it publishes, which is in the log by then', async () => {
    const first = await agent.call('investigation.progress', progress(incidentId, 'one'));
    expect(first).toMatchObject({ eventId: expect.stringMatching(/^evt_/), seq: 1 });
    expect((await history()).map(({ eventId, seq }) => ({ eventId, seq }))).toEqual([
      { eventId: first.eventId, seq: 1 },
    ]);
    await server.kill('SIGKILL');
    await server.restart();
    expect((await history()).map(({ eventId }) => eventId)).toEqual([first.eventId]);
  });

  it('publishes by notifications and by batches, in the order in which it sends', async () => {
    for (const number of range(20)) agent.notify('investigation.progress', progress(incidentId, `n${number}`));
    agent.send(
      range(20).map((number) => ({
        jsonrpc: '2.0',
        ...(number % 2 === 0 ? { id: `b${number}` } : {}),
        method: 'investigation.progress',
        params: progress(incidentId, `b${number}`),
      })),
    );
    await agent.next(({ id }) => id === 'b20');
    const answers = agent.messages.filter(({ id }) => typeof id === 'string' && id.startsWith('b'));
    expect(answers.map(({ result }) => result?.seq)).toEqual(range(10).map((number) => 20 + 2 * number));
    await person.until(() => person.events(incidentId).length === 40);
    expect(person.events(incidentId).map(({ message }) => message)).toEqual([
      ...range(20).map((number) => `n${number}`),
      ...range(20).map((number) => `b${number}`),
    ]);
  });

  it('gets the first answer again for an eventId that it repeats, at once or later', async () => {
    const params = progress(incidentId, 'once', { eventId: 'evt_mine' });
    const answers = await Promise.all(range(5).map(() => agent.call('investigation.progress', params)));
    answers.push(await agent.call('investigation.progress', { ...params, message: 'changed' }));
    expect(new Set(answers.map(({ seq }) => seq))).toEqual(new Set([1]));
    expect(new Set(answers.map(({ eventId }) => eventId))).toEqual(new Set(['evt_mine']));
    await agent.call('investigation.progress', progress(incidentId, 'next'));
    expect((await history()).map(({ params: stored }) => stored.message)).toEqual(['once', 'next']);
    await person.until(() => person.events(incidentId).length >= 2);
    expect(person.events(incidentId)).toHaveLength(2);
  });

  it('chooses no seq, and keeps its own timestamp and fields', async () => {
    const timestamp = '2026-01-02T03:04:05+02:00';
    await agent.call('investigation.progress', progress(incidentId, 'x', { seq: 99, timestamp, extra: { deep: [1] } }));
    await person.until(() => person.events(incidentId).length === 1);
    expect(person.events(incidentId)[0]).toMatchObject({ seq: 1, timestamp, extra: { deep: [1] } });
  });

  it.each([
    ['investigation.progress', { message: 'x' }, 'agentName'],
    ['investigation.completed', { rootCause: 'x', confidence: 1.5, recommendedActions: [] }, 'confidence'],
    [
      'remediation.proposed',
      { remediationId: 'r', title: 't', requiresApproval: 'yes', steps: [] },
      'requiresApproval',
    ],
    ['agent.status', { agentName: 'A', role: 'r', status: 'sleeping' }, 'status'],
    ['evidence.collected', { evidence: { evidenceId: 'e' } }, 'evidence.type'],
    ['investigation.progress', { message: 'x', agentName: 'A', timestamp: 'yesterday' }, 'timestamp'],
    ['incident.created', { title: '' }, 'title'],
  ])('is told what of a %s is not as it must be', async (method, params, path) => {
    const { error } = await agent.ask(method, { incidentId, ...params });
    expect(error?.code).toBe(-32602);
    expect(error?.data?.issues).toContainEqual({ path, message: expect.any(String) });
    expect(await history()).toEqual([]);
  });

  it('is the only one who publishes', async () => {
    for (const token of [await admin(), await member()]) {
      const reader = await open(bearer(token));
      for (const [method, params] of [
        ['investigation.progress', progress(incidentId, 'x')],
        ['incident.created', { title: 'Mine' }],
        ['remediation.approved', { incidentId, remediationId: 'rem_1' }],
      ] as const) {
        expect((await reader.ask(method, params)).error).toMatchObject({ code: -32003 });
      }
      expect((await reader.ask('dispatch.subscribe')).error?.code).toBe(-32003);
      reader.close();
    }
    expect(await history()).toEqual([]);
  });

  it('cannot decide, nor report on a plan that nobody approved', async () => {
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_undecided'));
    const target = { incidentId, remediationId: 'rem_undecided' };
    for (const method of [
      'remediation.approved',
      'remediation.rejected',
      'remediation.expired',
      'remediation.executing',
      'investigation.aborted',
      'investigation.context_added',
    ]) {
      const { error } = await agent.ask(method, { ...target, by: 'ana@a.example', context: 'x' });
      expect(error, method).toMatchObject({ code: -32003 });
    }
    for (const [method, more] of [
      ['remediation.step', { stepId: 'step-1', status: 'running' }],
      ['remediation.executed', { outcome: 'resolved' }],
      ['remediation.failed', {}],
    ] as const) {
      expect((await agent.ask(method, { ...target, ...more })).error?.code, method).toBe(-32602);
      expect((await agent.ask(method, { ...target, remediationId: 'rem_none', ...more })).error?.code).toBe(-32602);
    }
    await api.post('/v1/remediation/rem_undecided/reject', {});
    expect((await agent.ask('remediation.executed', target)).error?.code).toBe(-32602);
    expect((await history()).map(({ method }) => method)).toEqual(['remediation.proposed', 'remediation.rejected']);
  });

  it('reports on a plan that was approved, and hears that it was', async () => {
    await agent.call('investigation.subscribe', { incidentId });
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_run'));
    await api.post('/v1/remediation/rem_run/approve', {});
    await agent.next(({ method }) => method === 'remediation.approved');
    await api.post('/v1/remediation/rem_run/execute');
    await agent.next(({ method }) => method === 'remediation.executing');
    const target = { incidentId, remediationId: 'rem_run' };
    await agent.call('remediation.step', { ...target, stepId: 'step-1', status: 'completed', output: 'done' });
    await agent.call('remediation.executed', { ...target, outcome: 'resolved', durationMs: 5 });
    expect((await api.get('/v1/remediation/rem_run')).body).toMatchObject({ status: 'executed', outcome: 'resolved' });
  });

  it('may send a plan, its reports and what follows in one batch, and the log keeps their order', async () => {
    const target = { incidentId, remediationId: 'rem_free' };
    const sent = [
      ['remediation.proposed', proposal(incidentId, 'rem_free', { requiresApproval: false })],
      ['investigation.progress', progress(incidentId, 'proposed')],
      ['remediation.executing', target],
      ['investigation.progress', progress(incidentId, 'a')],
      ['remediation.step', { ...target, stepId: 'step-1', status: 'running' }],
      ['investigation.progress', progress(incidentId, 'b')],
      ['remediation.step', { ...target, stepId: 'step-1', status: 'completed' }],
      ['remediation.executed', target],
      ['investigation.progress', progress(incidentId, 'c')],
    ] as const;
    agent.send(sent.map(([method, params], index) => ({ jsonrpc: '2.0', id: `o${index}`, method, params })));
    await agent.next(({ id }) => id === 'o8');
    expect(agent.messages.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect((await history()).map(({ method }) => method)).toEqual(sent.map(([method]) => method));
  });

  it('may open an incident and publish on it in one batch', async () => {
    const own = 'inc_opened_by_agent';
    agent.send([
      { jsonrpc: '2.0', id: 'open', method: 'incident.created', params: { incidentId: own, title: 'Errors' } },
      { jsonrpc: '2.0', id: 'first', method: 'investigation.progress', params: progress(own, 'first') },
    ]);
    agent.notify('investigation.progress', progress(own, 'second'));
    expect(await agent.next(({ id }) => id === 'first')).toMatchObject({ result: { seq: 1 } });
    await agent.call('investigation.progress', progress(own, 'third'));
    expect((await history(own)).map(({ params }) => params.message)).toEqual(['first', 'second', 'third']);
  });

  it('opens an incident, once for each eventId, and is told which', async () => {
    const params = { title: 'Disk full', description: 'No space left.', severity: 'high', eventId: 'evt_alert_7' };
    const first = await agent.call('incident.created', params);
    expect(first).toMatchObject({ eventId: 'evt_alert_7', incidentId: expect.stringMatching(/^inc_/) });
    expect(await agent.call('incident.created', params)).toMatchObject({
      incidentId: first.incidentId,
      seq: first.seq,
    });
    expect((await api.get(`/v1/incidents/${String(first.incidentId)}`)).body).toMatchObject({
      title: 'Disk full',
      severity: 'high',
      source: 'automated',
    });
    const taken = await agent.ask('incident.created', { incidentId, title: 'Again', eventId: 'evt_other' });
    expect(taken.error).toMatchObject({ code: -32602 });
    expect((await api.get(`/v1/incidents/${incidentId}`)).body.title).toBe('Checkout is slow');
  });

  it.each(['@tenant', '@audit', '@lifecycle'])('cannot call an incident %s', async (name) => {
    expect((await agent.ask('incident.created', { incidentId: name, title: 'x' })).error?.code).toBe(-32602);
    expect((await agent.ask('investigation.progress', progress(name, 'x'))).error?.code).toBe(-32602);
  });

  it('may name an incident with all the characters that an id may have', async () => {
    const own = `inc_${'ü/ %'.repeat(31)}`;
    await agent.call('incident.created', { incidentId: own, title: 'Oddly named' });
    expect((await api.get(`/v1/incidents/${encodeURIComponent(own)}`)).body.incidentId).toBe(own);
  });

  it('of another tenant finds neither the incident nor its plans', async () => {
    const other = await open(withKey(OTHER_AGENT_KEY));
    for (const [method, params] of [
      ['investigation.progress', progress(incidentId, 'x')],
      ['remediation.proposed', proposal(incidentId, 'rem_foreign')],
      ['remediation.executed', { incidentId, remediationId: 'rem_foreign' }],
      ['investigation.subscribe', { incidentId }],
    ] as const) {
      expect((await other.ask(method, params)).error).toMatchObject({
        code: -32602,
        data: { error: 'incident_not_found' },
      });
    }
    other.close();
  });

  it('cannot take over the plan of another incident, nor the approval of another plan', async () => {
    const second = await api.openIncident();
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_taken', { approvalId: 'apr_taken' }));
    const other = proposal(incidentId, 'rem_other', { approvalId: 'apr_taken' });
    expect((await agent.ask('remediation.proposed', other)).error?.code).toBe(-32602);
    expect((await agent.ask('remediation.proposed', proposal(second, 'rem_taken'))).error?.code).toBe(-32602);
    expect((await api.get('/v1/remediation/rem_taken')).body.incidentId).toBe(incidentId);
  });

  it('hears of investigations to take up, those from before it came first, until they are over', async () => {
    const waiting = await api.openIncident({ title: 'Waiting' });
    const over = await api.openIncident({ title: 'Over' });
    for (const id of [waiting, over]) await api.post(`/v1/investigation/${id}`);
    await agent.call('investigation.completed', {
      incidentId: over,
      rootCause: 'x',
      confidence: 1,
      recommendedActions: [],
    });
    const taker = await open(withKey(AGENT_KEY));
    const { subscriptionId } = await taker.call('dispatch.subscribe', { roles: ['logs'] });
    expect(subscriptionId).toMatch(/^sub_/);
    await taker.call('dispatch.subscribe');
    const dispatched = ({ method }: { method?: string }) => method === 'investigation.dispatched';
    const earlier = await taker.next(
      ({ params, method }) => dispatched({ method: method ?? '' }) && params?.incidentId === waiting,
    );
    expect(earlier.params).toMatchObject({ title: 'Waiting', description: expect.any(String), severity: 'medium' });
    const later = await api.openIncident({ title: 'Later' });
    await api.post(`/v1/investigation/${later}`);
    const automated = await agent.call('incident.created', { title: 'By a monitor' });
    await taker.next(
      ({ params, method }) => method === 'investigation.dispatched' && params?.incidentId === automated.incidentId,
    );
    const heard = taker.messages
      .filter(({ method }) => method === 'investigation.dispatched')
      .map(({ params }) => params?.incidentId);
    expect(heard.filter((id) => id === waiting)).toHaveLength(1);
    expect(heard.filter((id) => id === later)).toHaveLength(1);
    expect(heard).not.toContain(over);
    taker.close();
  });

  it('hears nothing of other tenants', async () => {
    const other = await open(withKey(OTHER_AGENT_KEY));
    await other.call('dispatch.subscribe');
    await api.post(`/v1/investigation/${incidentId}`);
    const theirs = apiOf(server.address, await stranger());
    const own = await theirs.openIncident();
    await theirs.post(`/v1/investigation/${own}`);
    await other.next(({ params }) => params?.incidentId === own);
    expect(other.messages.filter(({ params }) => params?.incidentId === incidentId)).toEqual([]);
    other.close();
  });
});
