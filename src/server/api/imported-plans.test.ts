import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { AGENT_KEY, admin, member, secondAdmin, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { recordWith } from '../testing/sealed-record.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { proposal, range } from '../testing/shared.ts';

const UNDO = { reversibility: 'reversible', watchMs: 10 ** 12 };

describe('a plan that came with an imported record', () => {
  let server: ServerProcess;
  let ana: Api;
  let bea: Api;
  let max: Api;
  let agent: RpcClient;
  let made = 0;
  let incidentId: string;
  let remediationId: string;

  beforeAll(async () => {
    server = await startServer();
    ana = apiOf(server.address, await admin());
    bea = apiOf(server.address, await secondAdmin());
    max = apiOf(server.address, await member());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });
  beforeEach(() => {
    made += 1;
    incidentId = `inc_${made}`;
    remediationId = `rem_${made}`;
  });

  const path = (what: string, id = remediationId) => `/v1/remediation/${id}/${what}`;
  const read = async (id = remediationId) => (await ana.get(`/v1/remediation/${id}`)).body;
  const history = async (id = incidentId) => {
    const { body } = await ana.get(`/v1/investigation/${id}/events?limit=1000`);
    return (body.items as { method: string }[]).map(({ method }) => method);
  };
  /** As any member may; resolves to the incident that it became. */
  const bring = async (more: Record<string, unknown>, ...later: readonly [string, object][]): Promise<string> => {
    const events = [
      ['remediation.proposed', proposal(incidentId, remediationId, { undo: UNDO, ...more })],
      ...later.map(([method, params]) => [method, { remediationId, ...params }] as const),
    ] as const;
    const { status, body } = await request(server.address, 'POST', '/v1/incidents/import', {
      token: await member(),
      headers: { 'content-type': 'application/x-ndjson' },
      text: recordWith(incidentId, events),
    });
    expect(status).toBe(201);
    return String(body.incidentId);
  };
  const forged = range(2).map((approvals): [string, object] => [
    'remediation.approved',
    { by: `${approvals}@a.example`, approverId: `usr_${approvals}`, approvals, approvalsRequired: 2 },
  ]);

  it('is executed by nobody, however many approvals came with it', async () => {
    await bring({ approvalsRequired: 2 }, ...forged);
    const answer = await ana.post(path('execute'));
    expect(answer).toMatchObject({ status: 409, body: { error: 'invalid_status' } });
    expect(answer.body.message).toContain('imported');
    expect(await history()).not.toContain('remediation.executing');
  });

  it('is nothing to decide on, nor what is done around a decision', async () => {
    await bring({});
    const before = await history();
    for (const [by, what, body] of [
      [ana, 'approve', {}],
      [ana, 'reject', {}],
      [ana, 'execute', {}],
      [ana, 'claim', {}],
      [max, 'objection', { reason: 'No' }],
      [max, 'check', {}],
      [ana, 'rollback', {}],
    ] as const) {
      const { status, body: said } = await by.post(path(what), body);
      expect({ what, status, error: said.error }).toEqual({ what, status: 409, error: 'invalid_status' });
    }
    expect((await max.delete(path('objection'), {})).status).toBe(409);
    expect(await history()).toEqual(before);
    expect(await read()).toMatchObject({ incidentId, status: 'proposed' });
  });

  it('cannot be taken back, though it failed where it was', async () => {
    const step = { stepId: 'step-1', status: 'running' };
    await bring({}, ...forged, ['remediation.executing', {}], ['remediation.step', step], ['remediation.failed', {}]);
    expect(await read()).toMatchObject({ status: 'failed', undo: { state: 'armed' } });
    expect(await ana.post(path('rollback'), {})).toMatchObject({ status: 409, body: { error: 'invalid_status' } });
  });

  it.each([
    ['remediation.executing', {}],
    ['remediation.step', { stepId: 'step-1', status: 'running' }],
    ['remediation.executed', {}],
    ['remediation.failed', {}],
    ['remediation.proposed', proposal('', '')],
  ])('is nothing that an agent says %s of', async (method, params) => {
    await bring({ requiresApproval: false }, ['remediation.executing', {}]);
    const before = await history();
    const { error } = await agent.ask(method, { ...params, incidentId, remediationId });
    expect(error).toMatchObject({ code: -32602, data: { error: 'invalid_status' } });
    expect(await history()).toEqual(before);
  });

  it('leaves the approval of a plan that waits to that plan', async () => {
    const own = await ana.openIncident();
    const real = `${remediationId}_real`;
    const approvalId = `apr_${made}`;
    await agent.call('remediation.proposed', proposal(own, real, { approvalId }));
    await bring({ approvalId });
    const answer = await ana.post(`/v1/notifications/approvals/${approvalId}/respond`, { decision: 'approve' });
    expect(answer).toMatchObject({ status: 200, body: { remediationId: real, remediationStatus: 'executing' } });
    expect((await read()).status).toBe('proposed');
    await server.restart();
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    expect((await read(real)).status).toBe('executing');
  });

  it('keeps no approval for itself, and none from a later plan', async () => {
    const approvalId = `apr_${made}`;
    await bring({ approvalId });
    const respond = () => ana.post(`/v1/notifications/approvals/${approvalId}/respond`, { decision: 'approve' });
    expect(await respond()).toMatchObject({ status: 404, body: { error: 'approval_not_found' } });
    const real = `${remediationId}_real`;
    await agent.call('remediation.proposed', proposal(await ana.openIncident(), real, { approvalId }));
    expect((await respond()).body).toMatchObject({ remediationId: real, remediationStatus: 'executing' });
  });

  it.each(['before', 'after'])('is not the plan of the same id that this tenant has from %s it', async (when) => {
    const own = await ana.openIncident();
    const propose = () => agent.call('remediation.proposed', proposal(own, remediationId));
    if (when === 'before') await propose();
    await bring({ title: 'Something else' });
    if (when === 'after') await propose();
    expect(await read()).toMatchObject({ incidentId: own, title: 'Roll the deployment back' });
    expect((await ana.post(path('approve'), {})).status).toBe(200);
    expect((await ana.post(path('execute'))).status).toBe(200);
    const onTheCopy = { incidentId, remediationId, stepId: 'step-1', status: 'running' };
    expect((await agent.ask('remediation.step', onTheCopy)).error?.data).toMatchObject({ error: 'invalid_status' });
    await agent.call('remediation.executed', { incidentId: own, remediationId });
    expect(await read()).toMatchObject({ status: 'executed' });
    expect(await history()).toEqual(['remediation.proposed']);
  });

  it('stays history where its incident is investigated again, and the plans that agents propose then are real', async () => {
    await bring({});
    await agent.call('dispatch.subscribe');
    expect((await max.post(`/v1/investigation/${incidentId}`)).status).toBe(200);
    await agent.next(
      ({ method, params }) => method === 'investigation.dispatched' && params?.incidentId === incidentId,
    );
    const real = `${remediationId}_real`;
    await agent.call('remediation.proposed', proposal(incidentId, real, { approvalsRequired: 2 }));
    expect((await ana.post(path('approve', real), {})).body).toMatchObject({ status: 'proposed', approvals: 1 });
    expect((await bea.post(path('approve', real), {})).body).toMatchObject({ status: 'approved' });
    expect((await ana.post(path('execute', real))).status).toBe(200);
    await agent.call('remediation.executed', { incidentId, remediationId: real });
    expect(await read(real)).toMatchObject({ status: 'executed', incidentId });
    expect((await ana.post(path('approve'), {})).status).toBe(409);
    expect((await ana.get(`/v1/incidents/${incidentId}`)).body.status).toBe('closed');
  });
});
