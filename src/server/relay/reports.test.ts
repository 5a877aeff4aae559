import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { proposal } from '../testing/shared.ts';

const RUNNING = ['remediation.step', { stepId: 'step-1', status: 'running' }] as const;
const EXECUTING = ['remediation.executing', {}] as const;
const EXECUTED = ['remediation.executed', { outcome: 'resolved' }] as const;
const FAILED = ['remediation.failed', { reason: 'No space left' }] as const;
const TAKEN_BACK = ['remediation.rolled_back', { outcome: 'As it was' }] as const;
type Report = readonly [method: string, params: Record<string, unknown>];

describe('what an agent reports on a plan', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;
  let incidentId: string;
  let remediationId: string;
  let plans = 0;

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });
  beforeEach(async () => {
    incidentId = await api.openIncident();
    plans += 1;
    remediationId = `rem_${plans}`;
  });

  const propose = (more: Record<string, unknown> = {}) =>
    agent.call('remediation.proposed', proposal(incidentId, remediationId, more));
  const people = async (...verbs: readonly string[]) => {
    for (const verb of verbs) expect((await api.post(`/v1/remediation/${remediationId}/${verb}`, {})).status).toBe(200);
  };
  const report = ([method, params]: Report, more: Record<string, unknown> = {}) =>
    agent.call(method, { incidentId, remediationId, ...params, ...more });
  const refused = async ([method, params]: Report, more: Record<string, unknown> = {}) => {
    const { error } = await agent.ask(method, { incidentId, remediationId, ...params, ...more });
    expect(error, method).toMatchObject({ code: -32602, data: { error: 'invalid_status' } });
  };
  const status = async () => (await api.get(`/v1/remediation/${remediationId}`)).body.status;
  const history = async () => {
    const { body } = await api.get(`/v1/investigation/${incidentId}/events?limit=1000`);
    return (body.items as { method: string }[]).map(({ method }) => method);
  };

  it('is refused before people have approved the plan, and taken from then on', async () => {
    for (const verbs of [['approve'], ['approve', 'execute']]) {
      plans += 1;
      remediationId = `rem_${plans}`;
      await propose();
      for (const one of [RUNNING, EXECUTED, FAILED]) await refused(one);
      expect(await status()).toBe('proposed');
      await people(...verbs);
      for (const one of [RUNNING, EXECUTED]) await report(one);
      expect(await status()).toBe('executed');
    }
  });

  it.each([
    ['executed', EXECUTED],
    ['failed', FAILED],
  ] as const)('is over once it is %s', async (ended, last) => {
    for (const requiresApproval of [true, false]) {
      plans += 1;
      remediationId = `rem_${plans}`;
      await propose({ requiresApproval });
      if (requiresApproval) await people('approve', 'execute');
      else await report(EXECUTING);
      await report(last);
      for (const one of [RUNNING, EXECUTED, FAILED]) await refused(one);
      if (!requiresApproval) await refused(EXECUTING);
      expect(await status()).toBe(ended);
    }
  });

  it.each([
    ['with all that it does', [EXECUTING, RUNNING, EXECUTED]],
    ['as it goes', [RUNNING, FAILED]],
    ['afterwards', [EXECUTED]],
  ] as const)('is taken %s where the plan needs no approval, whether it was approved or not', async (_, reports) => {
    for (const verbs of [[], ['approve']]) {
      plans += 1;
      remediationId = `rem_${plans}`;
      await propose({ requiresApproval: false });
      await people(...verbs);
      for (const one of reports) await report(one);
      expect(await status()).toBe(reports.at(-1) === FAILED ? 'failed' : 'executed');
    }
  });

  it('says once that it is carried out, and not where a person has said so', async () => {
    await propose({ requiresApproval: false });
    await report(EXECUTING);
    await refused(EXECUTING);
    expect(await api.post(`/v1/remediation/${remediationId}/execute`)).toMatchObject({ status: 409 });
    plans += 1;
    remediationId = `rem_${plans}`;
    await propose({ requiresApproval: false });
    await people('execute');
    await refused(EXECUTING);
    await report(RUNNING);
    await report(EXECUTED);
  });

  it('binds those who come later, where the agent has begun by itself', async () => {
    await propose({ requiresApproval: false });
    await report(RUNNING);
    for (const verb of ['approve', 'reject', 'execute']) {
      const answer = await api.post(`/v1/remediation/${remediationId}/${verb}`, {});
      expect(answer).toMatchObject({ status: 409, body: { error: 'invalid_status' } });
    }
    await report(EXECUTED);
    expect(await status()).toBe('executed');
  });

  it('may be of steps that the way back does not name, while it is gone', async () => {
    await propose({ undo: { reversibility: 'reversible' } });
    await people('approve', 'execute');
    await report(RUNNING);
    await report(FAILED);
    await refused(RUNNING, { stepId: 'undo-1' });
    await people('rollback');
    await report(RUNNING, { stepId: 'undo-1' });
    await refused(RUNNING);
    await report(TAKEN_BACK);
    await refused(RUNNING, { stepId: 'undo-1' });
    await refused(TAKEN_BACK);
  });

  describe('and sends again under its own eventId, for it has heard no answer,', () => {
    it('is answered as it was, however the plan went on', async () => {
      await propose({ undo: { reversibility: 'reversible' }, eventId: `evt_a_${plans}` });
      await people('approve', 'execute');
      const step = await report(RUNNING, { eventId: `evt_b_${plans}` });
      const failed = await report(FAILED, { eventId: `evt_c_${plans}` });
      await people('rollback');
      const back = await report(TAKEN_BACK, { eventId: `evt_d_${plans}` });
      const before = await history();
      expect(await report(RUNNING, { eventId: `evt_b_${plans}` })).toEqual(step);
      expect(await report(FAILED, { eventId: `evt_c_${plans}` })).toEqual(failed);
      expect(await report(TAKEN_BACK, { eventId: `evt_d_${plans}` })).toEqual(back);
      expect(await propose({ eventId: `evt_a_${plans}` })).toMatchObject({ eventId: `evt_a_${plans}`, seq: 1 });
      expect(await history()).toEqual(before);
    });

    it('is answered as it was after a restart, and where the plan was proposed anew meanwhile', async () => {
      const first = await propose({ eventId: `evt_a_${plans}` });
      await propose({ steps: ['Something else'] });
      await people('approve', 'execute');
      const done = await report(EXECUTED, { eventId: `evt_b_${plans}` });
      await server.restart();
      agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
      expect(await report(EXECUTED, { eventId: `evt_b_${plans}` })).toEqual(done);
      expect(await propose({ eventId: `evt_a_${plans}` })).toEqual(first);
    });

    it('is refused where that was another event, or another incident’s', async () => {
      const elsewhere = await api.openIncident();
      await agent.call(
        'remediation.proposed',
        proposal(elsewhere, `${remediationId}_other`, { requiresApproval: false }),
      );
      const other = { incidentId: elsewhere, remediationId: `${remediationId}_other` };
      await report(EXECUTED, { ...other, eventId: `evt_other_${plans}` });
      await propose({ requiresApproval: false });
      await report(FAILED, { eventId: `evt_own_${plans}` });
      for (const eventId of [`evt_other_${plans}`, `evt_own_${plans}`]) await refused(EXECUTED, { eventId });
    });
  });
});
