import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PendingApprovals, RemediationList, RemediationRecord } from '../../protocol/api.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, member, secondAdmin, signed, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { proposal, range } from '../testing/shared.ts';

describe('deciding on a plan', () => {
  let server: ServerProcess;
  let ana: Api;
  let bea: Api;
  let max: Api;
  let agent: RpcClient;
  let incidentId: string;
  let plans = 0;

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
  beforeEach(async () => {
    incidentId = await ana.openIncident();
  });

  const propose = async (more: Record<string, unknown> = {}): Promise<string> => {
    plans += 1;
    const remediationId = `rem_${plans}`;
    await agent.call('remediation.proposed', proposal(incidentId, remediationId, more));
    return remediationId;
  };
  const read = async (remediationId: string) =>
    RemediationRecord.parse((await ana.get(`/v1/remediation/${remediationId}`)).body);
  const path = (remediationId: string, verb: string) => `/v1/remediation/${remediationId}/${verb}`;
  const decisionsOn = async (remediationId: string) => {
    const { body } = await ana.get(`/v1/investigation/${incidentId}/events?limit=1000`);
    const items = body.items as { method: string; params: Record<string, unknown> }[];
    return items
      .filter(({ params, method }) => params.remediationId === remediationId && method !== 'remediation.proposed')
      .map(({ method }) => method);
  };
  const pending = async () => PendingApprovals.parse((await ana.get('/v1/notifications/approvals/pending')).body);
  const approvalOf = async (remediationId: string) =>
    (await pending()).items.find((item) => item.remediationId === remediationId)?.approvalId ?? '';
  const respond = (by: Api, approvalId: string, body: unknown) =>
    by.post(`/v1/notifications/approvals/${approvalId}/respond`, body);

  it('shows the plan, by its own id and by its incident', async () => {
    const remediationId = await propose({ risk: 'low', rollback: 'Forward again' });
    const plan = await read(remediationId);
    expect(plan).toMatchObject({
      remediationId,
      incidentId,
      title: 'Roll the deployment back',
      description: 'The new version leaks connections.',
      status: 'proposed',
      requiresApproval: true,
      approvedBy: null,
      approvedAt: null,
      outcome: null,
      proposedAt: expect.any(String),
      executedAt: null,
    });
    expect(plan.steps).toEqual([
      { stepId: 'step-1', type: 'rollback_deployment', description: 'Back to v41', status: 'pending' },
      { stepId: 'step-2', type: '', description: 'Watch the error rate', status: 'pending' },
    ]);
    const second = await propose();
    const { remediations } = RemediationList.parse((await ana.get(`/v1/remediation/${incidentId}`)).body);
    expect(remediations.map((known) => known.remediationId)).toEqual([remediationId, second]);
  });

  it('finds no plan that is not, or is another tenant’s', async () => {
    const remediationId = await propose();
    const zoe = apiOf(server.address, await stranger());
    for (const [api, id] of [
      [ana, 'rem_unknown'],
      [zoe, remediationId],
    ] as const) {
      expect(await api.get(`/v1/remediation/${id}`)).toMatchObject({
        status: 404,
        body: { error: 'remediation_not_found' },
      });
      for (const verb of ['approve', 'reject', 'execute']) {
        const answer = await api.post(path(id, verb), {});
        expect(answer).toMatchObject({ status: 404, body: { error: 'remediation_not_found' } });
      }
    }
    const approvalId = await approvalOf(remediationId);
    for (const [api, id] of [
      [ana, 'apr_unknown'],
      [zoe, approvalId],
    ] as const) {
      expect(await respond(api, id, { decision: 'approve' })).toMatchObject({
        status: 404,
        body: { error: 'approval_not_found' },
      });
    }
    expect((await zoe.get('/v1/notifications/approvals/pending')).body).toEqual({ items: [], total: 0 });
    expect((await read(remediationId)).status).toBe('proposed');
  });

  it('is for admins', async () => {
    const remediationId = await propose();
    const approvalId = await approvalOf(remediationId);
    for (const verb of ['approve', 'reject', 'execute']) {
      expect(await max.post(path(remediationId, verb), {})).toMatchObject({
        status: 403,
        body: { error: 'forbidden' },
      });
    }
    expect((await respond(max, approvalId, { decision: 'approve' })).status).toBe(403);
    expect((await max.get(`/v1/remediation/${remediationId}`)).status).toBe(200);
    expect((await max.get('/v1/notifications/approvals/pending')).status).toBe(200);
    expect(await decisionsOn(remediationId)).toEqual([]);
  });

  it('approves without executing, executes once, and says who did', async () => {
    const remediationId = await propose();
    expect(await ana.post(path(remediationId, 'execute'))).toMatchObject({
      status: 409,
      body: { error: 'invalid_status' },
    });
    const approved = await ana.post(path(remediationId, 'approve'));
    expect(approved).toMatchObject({ status: 200, body: { remediationId, status: 'approved' } });
    expect(await read(remediationId)).toMatchObject({
      status: 'approved',
      approvedBy: 'ana@a.example',
      approvedAt: expect.any(String),
      executedAt: null,
    });
    expect(await decisionsOn(remediationId)).toEqual(['remediation.approved']);
    const executions = await Promise.all(range(10).map(() => ana.post(path(remediationId, 'execute'))));
    expect(executions.map(({ status }) => status).sort()).toEqual([200, ...range(9).map(() => 409)]);
    expect(executions.find(({ status }) => status === 200)?.body).toEqual({ remediationId, status: 'executing' });
    expect(await decisionsOn(remediationId)).toEqual(['remediation.approved', 'remediation.executing']);
    await agent.call('remediation.executed', { incidentId, remediationId, outcome: 'resolved' });
    expect(await read(remediationId)).toMatchObject({ status: 'executed', executedAt: expect.any(String) });
    await expect.poll(async () => (await ana.get(`/v1/incidents/${incidentId}`)).body.status).toBe('resolved');
  });

  it('rejects with a reason, and then nothing else goes', async () => {
    const remediationId = await propose();
    const rejected = await ana.post(path(remediationId, 'reject'), { reason: 'Too risky' });
    expect(rejected).toMatchObject({ status: 200, body: { remediationId, status: 'rejected' } });
    for (const verb of ['approve', 'reject', 'execute']) {
      const late = await bea.post(path(remediationId, verb), {});
      expect(late).toMatchObject({
        status: 409,
        body: { error: 'invalid_status', message: expect.stringContaining('rejected') },
      });
    }
    expect(await decisionsOn(remediationId)).toEqual(['remediation.rejected']);
  });

  it('executes a plan that needs no approval', async () => {
    const remediationId = await propose({ requiresApproval: false });
    expect(await approvalOf(remediationId)).toBe('');
    expect((await ana.post(path(remediationId, 'execute'))).status).toBe(200);
  });

  it('lists what waits, with all that is needed to decide', async () => {
    const remediationId = await propose();
    const { items, total } = await pending();
    expect(total).toBe(items.length);
    expect(items.find((item) => item.remediationId === remediationId)).toMatchObject({
      approvalId: expect.stringMatching(/^apr_/),
      incidentId,
      incidentTitle: 'Checkout is slow',
      remediationTitle: 'Roll the deployment back',
      steps: expect.any(Array),
      requestedAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    await ana.post(path(remediationId, 'approve'));
    expect(await approvalOf(remediationId)).toBe('');
  });

  it('responds to an approval: approves and executes in one step, or rejects', async () => {
    const first = await propose();
    const firstApproval = await approvalOf(first);
    expect(await respond(ana, firstApproval, { decision: 'approve', notes: 'Go' })).toMatchObject({
      status: 200,
      body: {
        approvalId: firstApproval,
        decision: 'approve',
        remediationId: first,
        remediationStatus: 'executing',
        decidedAt: expect.any(String),
      },
    });
    expect(await decisionsOn(first)).toEqual(['remediation.approved', 'remediation.executing']);
    expect(await respond(bea, firstApproval, { decision: 'reject' })).toMatchObject({
      status: 409,
      body: { error: 'already_decided', decidedBy: 'ana@a.example' },
    });
    const second = await propose();
    expect((await respond(ana, await approvalOf(second), { decision: 'reject' })).body).toMatchObject({
      remediationStatus: 'rejected',
    });
    expect((await respond(ana, firstApproval, { decision: 'maybe' })).status).toBe(400);
    expect((await respond(ana, firstApproval, {})).status).toBe(400);
  });

  it('decides only on the plan that was shown', async () => {
    const remediationId = await propose();
    const shown = (await read(remediationId)).planDigest;
    expect(shown).toMatch(/^sha256:[0-9a-f]{64}$/);
    await agent.call('remediation.proposed', proposal(incidentId, remediationId, { steps: ['Something else'] }));
    const changed = await ana.post(path(remediationId, 'approve'), { planDigest: shown });
    expect(changed).toMatchObject({
      status: 409,
      body: { error: 'plan_changed', planDigest: expect.stringMatching(/^sha256:/) },
    });
    expect(await decisionsOn(remediationId)).toEqual([]);
    const now = await ana.post(path(remediationId, 'approve'), { planDigest: changed.body.planDigest });
    expect(now.status).toBe(200);
  });

  it('does not take the approval of an earlier proposal for one of the plan as it is now', async () => {
    const remediationId = await propose();
    const outdated = await approvalOf(remediationId);
    await agent.call('remediation.proposed', proposal(incidentId, remediationId, { steps: ['Something else'] }));
    for (const decision of ['approve', 'reject']) {
      expect(await respond(ana, outdated, { decision })).toMatchObject({
        status: 409,
        body: { error: 'approval_expired' },
      });
    }
    expect(await decisionsOn(remediationId)).toEqual([]);
    const current = await approvalOf(remediationId);
    expect(current).not.toBe(outdated);
    expect((await respond(ana, current, { decision: 'approve' })).status).toBe(200);
  });

  it('needs two different admins where the plan says so', async () => {
    const remediationId = await propose({ approvalsRequired: 2 });
    expect(await ana.post(path(remediationId, 'approve'))).toMatchObject({
      status: 200,
      body: { remediationId, status: 'proposed', approvals: 1, approvalsRequired: 2 },
    });
    const underAnotherAddress = apiOf(server.address, await signed({ email: 'ana@elsewhere.example' }));
    for (const again of [ana, underAnotherAddress]) {
      expect(await again.post(path(remediationId, 'approve'))).toMatchObject({
        status: 409,
        body: { error: 'already_decided' },
      });
    }
    expect((await ana.post(path(remediationId, 'execute'))).status).toBe(409);
    expect(await bea.post(path(remediationId, 'approve'))).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect((await ana.post(path(remediationId, 'execute'))).status).toBe(200);
  });

  it('knows two admins apart who have no address', async () => {
    const remediationId = await propose({ approvalsRequired: 2 });
    for (const sub of ['usr_one', 'usr_two']) {
      const nameless = apiOf(server.address, await signed({ sub, email: '' }));
      expect((await nameless.post(path(remediationId, 'approve'))).status).toBe(200);
    }
    expect((await read(remediationId)).status).toBe('approved');
  });

  it('starts over when the plan is proposed anew', async () => {
    const remediationId = await propose({ approvalsRequired: 2 });
    await ana.post(path(remediationId, 'approve'));
    await agent.call(
      'remediation.proposed',
      proposal(incidentId, remediationId, { approvalsRequired: 2, steps: ['New'] }),
    );
    expect((await ana.post(path(remediationId, 'approve'))).body).toMatchObject({ status: 'proposed', approvals: 1 });
    expect((await bea.post(path(remediationId, 'approve'))).body).toMatchObject({ status: 'approved' });
    const other = await propose();
    await ana.post(path(other, 'approve'));
    await agent.call('remediation.proposed', proposal(incidentId, other, { steps: ['New'] }));
    expect((await ana.post(path(other, 'execute'))).status).toBe(409);
  });

  it('takes a step of any shape into the digest as it is stored', async () => {
    plans += 1;
    const remediationId = `rem_${plans}`;
    const plan = JSON.stringify(proposal(incidentId, remediationId)).replace(
      '"Watch the error rate"',
      '{"description":"x","most":1e400}',
    );
    agent.send(`{"jsonrpc":"2.0","id":"huge","method":"remediation.proposed","params":${plan}}`);
    expect(await agent.next(({ id }) => id === 'huge')).toHaveProperty('result');
    const { planDigest } = await read(remediationId);
    expect((await ana.post(path(remediationId, 'approve'), { planDigest })).status).toBe(200);
  });

  describe('at once', () => {
    const rounds = 200;
    type Decide = (
      remediationId: string,
      approvalId: string,
    ) => Promise<{ status: number; body: Record<string, unknown> }>;
    const approve =
      (by: () => Api): Decide =>
      (id) =>
        by().post(path(id, 'approve'), {});
    const reject =
      (by: () => Api): Decide =>
      (id) =>
        by().post(path(id, 'reject'), {});
    const answer =
      (by: () => Api, decision: string): Decide =>
      (_, approvalId) =>
        respond(by(), approvalId, { decision });
    const byAna = () => ana;
    const byBea = () => bea;

    it.each<[string, Decide, Decide]>([
      ['two admins who approve', approve(byAna), approve(byBea)],
      ['one who approves and one who rejects', approve(byAna), reject(byBea)],
      ['one who responds and one who rejects', answer(byAna, 'approve'), reject(byBea)],
      ['two who respond differently', answer(byAna, 'approve'), answer(byBea, 'reject')],
    ])(
      'by %s, has exactly one decision, and the loser is told who won',
      async (_, one, other) => {
        for (const round of range(rounds)) {
          const remediationId = await propose();
          const approvalId = String((await read(remediationId)).approvalId);
          const contest = round % 2 === 0 ? [one, other] : [other, one];
          const answers = await Promise.all(contest.map((decide) => decide(remediationId, approvalId)));
          const [won, lost] = answers[0]?.status === 200 ? answers : [...answers].reverse();
          expect([won?.status, lost?.status]).toEqual([200, 409]);
          expect(['invalid_status', 'already_decided']).toContain(lost?.body.error);
          expect(lost?.body.decidedBy).toMatch(/^(ana|bea)@a\.example$/);
          expect(lost?.body.message).toContain(String(lost?.body.decidedBy));
          const made = await decisionsOn(remediationId);
          expect(made.filter((method) => method !== 'remediation.executing')).toHaveLength(1);
          if (round % 50 === 0) incidentId = await ana.openIncident();
        }
      },
      60_000,
    );
  });
});

describe('a plan on which nobody decides in time', () => {
  let app: InProcess;
  beforeAll(async () => {
    app = await startInProcess();
  });
  afterAll(() => app.stop());

  it('expires, and can be approved neither before the server says so nor after', async () => {
    const ana = apiOf(app.address, await admin());
    const incidentId = await ana.openIncident();
    const agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
    await agent.call('investigation.subscribe', { incidentId });
    await agent.call(
      'remediation.proposed',
      proposal(incidentId, 'rem_due', { expiresAt: new Date(Date.now() + 40_000).toISOString() }),
    );
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_later'));
    const items = async () => PendingApprovals.parse((await ana.get('/v1/notifications/approvals/pending')).body).items;
    const approvalId = (await items()).find(({ remediationId }) => remediationId === 'rem_due')?.approvalId ?? '';
    app.pass(41_000);
    const approved = await ana.post('/v1/remediation/rem_due/approve', {});
    expect(approved.status).toBe(409);
    expect(await ana.post(`/v1/notifications/approvals/${approvalId}/respond`, { decision: 'approve' })).toMatchObject({
      status: 409,
      body: { error: 'approval_expired' },
    });
    expect((await items()).map(({ remediationId }) => remediationId)).toEqual(['rem_later']);
    await agent.next(({ method, params }) => method === 'remediation.expired' && params?.remediationId === 'rem_due');
    expect((await ana.get('/v1/remediation/rem_due')).body.status).toBe('expired');
    for (const verb of ['approve', 'reject', 'execute']) {
      expect((await ana.post(`/v1/remediation/rem_due/${verb}`, {})).status).toBe(409);
    }
    expect(await ana.post(`/v1/notifications/approvals/${approvalId}/respond`, { decision: 'approve' })).toMatchObject({
      status: 409,
      body: { error: 'approval_expired' },
    });
    expect((await agent.ask('remediation.executed', { incidentId, remediationId: 'rem_due' })).error?.code).toBe(
      -32602,
    );
    expect((await ana.get('/v1/remediation/rem_later')).body.status).toBe('proposed');
    agent.close();
  });
});
