import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyDecisionRecord } from '../../incident/verify-decision-record.ts';
import { DecisionRecord } from '../../protocol/api-decision-room.ts';
import { digestOf } from '../incidents/digest.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, member, secondAdmin, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { progress, proposal } from '../testing/shared.ts';

const MINUTE = 60_000;
const PRECONDITIONS = [
  { preconditionId: 'pre_1', statement: 'replicas = 6', observed: '6' },
  { preconditionId: 'pre_2', statement: 'v42 is deployed' },
];
const UNDO = { reversibility: 'reversible', description: 'Forward again', steps: ['To v42'], watchMs: 10 * MINUTE };

describe('around a plan', () => {
  let app: InProcess;
  let ana: Api;
  let bea: Api;
  let max: Api;
  let agent: RpcClient;
  let incidentId: string;
  let plans = 0;

  beforeAll(async () => {
    // Time is passed in these tests, and a silent connection would be closed.
    app = await startInProcess({ idleTimeoutS: 24 * 3600 });
    ana = apiOf(app.address, await admin());
    bea = apiOf(app.address, await secondAdmin());
    max = apiOf(app.address, await member());
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    incidentId = await ana.openIncident();
    agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
    await agent.call('investigation.subscribe', { incidentId });
    return () => agent.close();
  });

  const path = (remediationId: string, what: string) => `/v1/remediation/${remediationId}/${what}`;
  const read = async (remediationId: string) => (await ana.get(`/v1/remediation/${remediationId}`)).body;
  const heard = (method: string) => agent.next((message) => message.method === method);
  const propose = async (more: Record<string, unknown> = {}): Promise<string> => {
    plans += 1;
    const remediationId = `rem_${plans}`;
    const given = { preconditions: PRECONDITIONS, undo: UNDO, ...more };
    await agent.call('remediation.proposed', proposal(incidentId, remediationId, given));
    return remediationId;
  };
  const look = (remediationId: string, status: string, more: Record<string, unknown> = {}) =>
    agent.call('remediation.precondition', { incidentId, remediationId, preconditionId: 'pre_1', status, ...more });
  const carryOut = async (remediationId: string): Promise<void> => {
    await ana.post(path(remediationId, 'approve'), {});
    await ana.post(path(remediationId, 'execute'));
  };
  const step = (remediationId: string, stepId: string, status: string) =>
    agent.ask('remediation.step', { incidentId, remediationId, stepId, status });

  describe('the facts that it depends on', () => {
    it('park the approval while one has changed, with the reason, until it holds again', async () => {
      const remediationId = await propose();
      await look(remediationId, 'changed', { observed: '4', reason: 'Two replicas were lost' });
      const refused = await ana.post(path(remediationId, 'approve'), {});
      expect(refused).toMatchObject({
        status: 409,
        body: { error: 'precondition_changed', preconditionId: 'pre_1', reason: 'Two replicas were lost' },
      });
      expect(refused.body.message).toContain('replicas = 6');
      const { items } = (await ana.get('/v1/notifications/approvals/pending')).body as { items: object[] };
      expect(items).toContainEqual(expect.objectContaining({ remediationId, isParked: true }));
      const { approvalId } = await read(remediationId);
      const answer = await ana.post(`/v1/notifications/approvals/${approvalId}/respond`, { decision: 'approve' });
      expect(answer).toMatchObject({ status: 409, body: { error: 'precondition_changed' } });
      await look(remediationId, 'holds', { observed: '6' });
      expect((await ana.post(path(remediationId, 'approve'), {})).status).toBe(200);
    });

    it('keep an approved plan from being executed, and the agent from its first step', async () => {
      const remediationId = await propose();
      await ana.post(path(remediationId, 'approve'), {});
      await look(remediationId, 'changed');
      expect(await ana.post(path(remediationId, 'execute'))).toMatchObject({
        status: 409,
        body: { error: 'precondition_changed' },
      });
      await look(remediationId, 'holds');
      expect((await ana.post(path(remediationId, 'execute'))).status).toBe(200);
      await look(remediationId, 'changed');
      expect((await step(remediationId, 'step-1', 'running')).error?.data).toMatchObject({ error: 'invalid_status' });
      await agent.call('remediation.failed', { incidentId, remediationId, reason: 'A precondition changed' });
      const plan = await read(remediationId);
      expect(plan.steps).toMatchObject([{ status: 'skipped' }, { status: 'skipped' }]);
      // Nothing was done, so that there is nothing to take back.
      expect(plan.undo).toMatchObject({ state: 'idle' });
    });

    it('can be rejected while parked', async () => {
      const remediationId = await propose();
      await look(remediationId, 'changed');
      expect((await ana.post(path(remediationId, 'reject'), { reason: 'Outdated' })).status).toBe(200);
    });

    it('are looked at again when anybody asks', async () => {
      const remediationId = await propose();
      expect((await max.post(path(remediationId, 'check'), { preconditionId: 'pre_2' })).status).toBe(200);
      expect((await heard('remediation.check_requested')).params).toMatchObject({
        remediationId,
        preconditionId: 'pre_2',
        by: 'max@a.example',
      });
      expect((await ana.post(path(remediationId, 'check'), { preconditionId: 'pre_9' })).status).toBe(409);
      const none = await propose({ preconditions: [] });
      expect((await ana.post(path(none, 'check'), {})).status).toBe(409);
    });

    it('are those of the plan, and reported only while it is not over', async () => {
      const remediationId = await propose();
      const unknown = { incidentId, remediationId, preconditionId: 'pre_9', status: 'holds' };
      expect((await agent.ask('remediation.precondition', unknown)).error?.code).toBe(-32602);
      await ana.post(path(remediationId, 'reject'), {});
      const late = { ...unknown, preconditionId: 'pre_1' };
      expect((await agent.ask('remediation.precondition', late)).error?.code).toBe(-32602);
    });
  });

  describe('a failed step', () => {
    it('stops the rest and arms the way back', async () => {
      const remediationId = await propose();
      await carryOut(remediationId);
      await step(remediationId, 'step-1', 'running');
      await step(remediationId, 'step-1', 'failed');
      expect((await step(remediationId, 'step-2', 'running')).error?.data).toMatchObject({ error: 'invalid_status' });
      const executed = await agent.ask('remediation.executed', { incidentId, remediationId });
      expect(executed.error?.code).toBe(-32602);
      await agent.call('remediation.failed', { incidentId, remediationId, stepId: 'step-1' });
      const plan = await read(remediationId);
      expect(plan.status).toBe('failed');
      expect(plan.steps).toMatchObject([{ status: 'failed' }, { status: 'skipped' }]);
      expect(plan.undo).toMatchObject({ state: 'armed', until: null });
    });

    it('is taken back by the agent after an admin said so, once', async () => {
      const remediationId = await propose();
      await carryOut(remediationId);
      await step(remediationId, 'step-1', 'running');
      await agent.call('remediation.failed', { incidentId, remediationId });
      expect((await step(remediationId, 'undo-1', 'running')).error?.code).toBe(-32602);
      expect((await max.post(path(remediationId, 'rollback'), {})).status).toBe(403);
      const asked = await Promise.all([
        ana.post(path(remediationId, 'rollback'), { reason: 'Back' }),
        bea.post(path(remediationId, 'rollback'), {}),
      ]);
      expect(asked.map(({ status }) => status).sort()).toEqual([200, 409]);
      await heard('remediation.rollback_requested');
      expect((await step(remediationId, 'undo-1', 'running')).error).toBeUndefined();
      await step(remediationId, 'undo-1', 'completed');
      await agent.call('remediation.rolled_back', { incidentId, remediationId, outcome: 'v42 again' });
      expect((await read(remediationId)).undo).toMatchObject({
        state: 'done',
        outcome: 'v42 again',
        steps: [{ stepId: 'undo-1', status: 'completed' }],
      });
      expect((await ana.post(path(remediationId, 'rollback'), {})).status).toBe(409);
    });
  });

  it('can be taken back until its watch window ends, and not where it is irreversible or has no way back', async () => {
    const [within, late, never, silent] = [
      await propose(),
      await propose(),
      await propose({ undo: { reversibility: 'irreversible' } }),
      await propose({ undo: undefined, rollback: 'By hand' }),
    ];
    for (const remediationId of [within, late, never, silent]) {
      expect((await ana.post(path(remediationId, 'rollback'), {})).status).toBe(409);
      await carryOut(remediationId);
      await agent.call('remediation.executed', { incidentId, remediationId });
    }
    expect((await ana.post(path(never, 'rollback'), {})).body.message).toContain('cannot be taken back');
    expect((await ana.post(path(silent, 'rollback'), {})).body.message).toContain('no way back');
    expect((await ana.post(path(within, 'rollback'), {})).status).toBe(200);
    app.pass(11 * MINUTE);
    expect((await ana.post(path(late, 'rollback'), {})).body.message).toContain('over');
  });

  it('is claimed, handed over and let go, which keeps nobody from deciding', async () => {
    const remediationId = await propose();
    expect((await max.post(path(remediationId, 'claim'))).status).toBe(403);
    expect((await ana.post(path(remediationId, 'claim'))).body).toMatchObject({ claimedBy: 'ana@a.example' });
    const handed = await ana.post(path(remediationId, 'claim'), { to: 'bea@a.example' });
    expect(handed.body).toEqual({ remediationId, claimedBy: 'bea@a.example' });
    expect((await read(remediationId)).claimedBy).toBe('bea@a.example');
    expect((await bea.post(path(remediationId, 'claim'), { to: null })).body.claimedBy).toBeNull();
    await bea.post(path(remediationId, 'claim'));
    expect((await ana.post(path(remediationId, 'approve'), {})).status).toBe(200);
  });

  describe('an objection', () => {
    const expiresIn = (minutes: number) => new Date(app.now() + minutes * MINUTE).toISOString();

    it('makes the time to decide stand still until it is withdrawn', async () => {
      const remediationId = await propose({ expiresAt: expiresIn(5) });
      const objected = await max.post(path(remediationId, 'objection'), { reason: 'Not during the sale' });
      expect(objected.body).toMatchObject({ remediationId, objections: 1 });
      expect((await max.post(path(remediationId, 'objection'), { reason: 'Again' })).status).toBe(409);
      app.pass(20 * MINUTE);
      // Were it due, another plan that is due now would not be the only one to expire.
      const due = await propose({ expiresAt: expiresIn(0) });
      agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
      await agent.call('investigation.subscribe', { incidentId, afterSeq: 0 });
      await agent.next(({ method, params }) => method === 'remediation.expired' && params?.remediationId === due);
      expect(await read(remediationId)).toMatchObject({ status: 'proposed' });
      const { items } = (await ana.get('/v1/notifications/approvals/pending')).body as { items: object[] };
      expect(items).toContainEqual(expect.objectContaining({ remediationId, objections: 1 }));

      const withdrawn = await apiOf(app.address, await member()).delete(path(remediationId, 'objection'), {});
      expect(withdrawn.body).toMatchObject({ objections: 0 });
      expect(Date.parse(String(withdrawn.body.expiresAt)) - app.now()).toBeGreaterThan(4 * MINUTE);
      app.pass(6 * MINUTE);
      agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
      await agent.call('investigation.subscribe', { incidentId, afterSeq: 0 });
      await agent.next(
        ({ method, params }) => method === 'remediation.expired' && params?.remediationId === remediationId,
      );
      expect((await ana.post(path(remediationId, 'approve'), {})).status).toBe(409);
    });

    it('is soft: the plan can be decided on all the same', async () => {
      const remediationId = await propose();
      await max.post(path(remediationId, 'objection'), { reason: 'I would wait' });
      expect((await ana.post(path(remediationId, 'approve'), {})).status).toBe(200);
    });

    it('is withdrawn by whoever made it, or by an admin', async () => {
      const remediationId = await propose();
      await bea.post(path(remediationId, 'objection'), { reason: 'Wait' });
      expect((await max.delete(path(remediationId, 'objection'), { objectorId: 'usr_bea' })).status).toBe(403);
      expect((await max.delete(path(remediationId, 'objection'), {})).status).toBe(409);
      expect((await ana.delete(path(remediationId, 'objection'), { objectorId: 'usr_bea' })).status).toBe(200);
      expect((await ana.post(path(remediationId, 'objection'), { reason: ' ' })).status).toBe(400);
    });
  });

  it('is not proposed anew under the hands of those who carry it out', async () => {
    const remediationId = await propose();
    await carryOut(remediationId);
    const again = await agent.ask('remediation.proposed', proposal(incidentId, remediationId, { steps: ['Other'] }));
    expect(again.error?.data).toMatchObject({ error: 'invalid_status' });
    expect((await read(remediationId)).status).toBe('executing');
  });

  it('is for people: a key may ask for none of it', async () => {
    const remediationId = await propose();
    for (const method of ['check_requested', 'claimed', 'objected', 'objection_withdrawn', 'rollback_requested']) {
      const params = { incidentId, remediationId, by: 'ana@a.example', claimedBy: null };
      expect((await agent.ask(`remediation.${method}`, params)).error?.code).toBe(-32003);
    }
    const instruction = { incidentId, agentName: 'Probe', instruction: 'stop', by: 'ana@a.example' };
    expect((await agent.ask('agent.instructed', instruction)).error?.code).toBe(-32003);
  });

  it('is nothing that a stranger finds', async () => {
    const zoe = apiOf(app.address, await stranger());
    const remediationId = await propose();
    for (const what of ['claim', 'objection', 'check', 'rollback']) {
      const body = what === 'objection' ? { reason: 'x' } : {};
      expect((await zoe.post(path(remediationId, what), body)).body.error).toBe('remediation_not_found');
    }
    expect((await zoe.get(path(remediationId, 'record'))).body.error).toBe('remediation_not_found');
  });

  describe('its decision record', () => {
    const recordOf = async (remediationId: string) =>
      DecisionRecord.parse((await ana.get(path(remediationId, 'record'))).body);
    const isGood = async (record: DecisionRecord): Promise<boolean> =>
      (await verifyDecisionRecord(record, digestOf)).every(({ ok }) => ok);

    const decided = async (): Promise<string> => {
      const evidence = { evidenceId: 'evi_1', type: 'log', source: 'orders', summary: 'Pool exhausted' };
      await agent.call('evidence.collected', { incidentId, evidence });
      const remediationId = await propose({ evidenceIds: ['evi_1'] });
      const { items } = (await ana.get(`/v1/investigation/${incidentId}/events`)).body as {
        items: { params: { seq: number } }[];
      };
      const seenSeq = items.at(-1)?.params.seq;
      await agent.call('evidence.collected', { incidentId, evidence: { ...evidence, summary: 'Later' } });
      const { planDigest } = await read(remediationId);
      await ana.post(path(remediationId, 'approve'), { planDigest, seenSeq, notes: 'Go' });
      await ana.post(path(remediationId, 'execute'));
      // Others' entries lie between those of the plan.
      await bea.openIncident();
      await agent.call('remediation.executed', { incidentId, remediationId });
      return remediationId;
    };

    it('says what the approver saw, and verifies by itself', async () => {
      const remediationId = await decided();
      const record = await recordOf(remediationId);
      expect(record.decisions).toMatchObject([
        {
          action: 'remediation.approved',
          by: 'ana@a.example',
          reason: 'Go',
          seen: {
            plan: { title: 'Roll the deployment back', preconditions: [{ statement: 'replicas = 6' }, {}] },
            evidence: [{ evidenceId: 'evi_1', summary: 'Pool exhausted' }],
          },
        },
        { action: 'remediation.executing', by: 'ana@a.example' },
      ]);
      const checks = await verifyDecisionRecord(record, digestOf);
      expect(checks.map(({ ok }) => ok)).toEqual([true, true, true, true]);
      expect(checks.map(({ detail }) => detail).slice(2)).toEqual([
        `the plan ${record.decisions[0]?.planDigest} as it was shown`,
        'carries out the plan as approved; what was seen is sealed in the approval',
      ]);
      expect((await max.get(path(remediationId, 'record'))).status).toBe(403);
    });

    it('tells what nobody decided from what was decided without a look', async () => {
      const detailOf = async (remediationId: string): Promise<string | undefined> =>
        (await verifyDecisionRecord(await recordOf(remediationId), digestOf)).at(-1)?.detail;
      const late = await propose({ expiresAt: new Date(app.now() + MINUTE).toISOString() });
      app.pass(2 * MINUTE);
      expect((await heard('remediation.expired')).params?.remediationId).toBe(late);
      expect(await detailOf(late)).toBe('nobody decided: the time ran out');
      const undone = await propose();
      await carryOut(undone);
      await agent.call('remediation.executed', { incidentId, remediationId: undone });
      await ana.post(path(undone, 'rollback'), {});
      expect(await detailOf(undone)).toBe('sealed are who and when; what was on record then is not');
    });

    it('still verifies after the plan was proposed anew', async () => {
      const remediationId = await propose();
      await ana.post(path(remediationId, 'approve'), {});
      await agent.call('remediation.proposed', proposal(incidentId, remediationId, { title: 'Something else' }));
      const record = await recordOf(remediationId);
      expect(record.decisions[0]?.seen?.plan.title).toBe('Roll the deployment back');
      expect(await isGood(record)).toBe(true);
    });

    it('does not verify after anything in it was changed, removed or reordered', async () => {
      const record = await recordOf(await decided());
      const resealed = (changed: Omit<DecisionRecord, 'digest'>): DecisionRecord => {
        const { digest: _, ...rest } = changed as DecisionRecord;
        return { ...rest, digest: digestOf(rest) } as DecisionRecord;
      };
      const [first, ...others] = record.audit;
      const [approved, ...later] = record.decisions;
      if (first === undefined || approved?.seen == null) throw new Error('nothing was decided');
      const forged = [
        { ...record, exportedBy: 'somebody' },
        resealed({ ...record, decisions: [{ ...approved, by: 'bea@a.example' }, ...later] }),
        resealed({
          ...record,
          decisions: [
            { ...approved, seen: { ...approved.seen, plan: { ...approved.seen.plan, title: 'x' } } },
            ...later,
          ],
        }),
        resealed({ ...record, decisions: [{ ...approved, seen: null }, ...later] }),
        resealed({ ...record, audit: [{ ...first, actorId: 'x' }, ...others] }),
        resealed({ ...record, audit: [...others, first] }),
        resealed({ ...record, audit: [first, ...others.slice(1)] }),
        resealed({ ...record, audit: [] }),
      ];
      for (const forgery of forged) expect(await isGood(forgery)).toBe(false);
    });
  });

  describe('what is said to one agent', () => {
    const instruct = (by: Api, agentName: string, body: unknown) =>
      by.post(`/v1/investigation/${incidentId}/agents/${agentName}/instruct`, body);

    it('reaches it: anybody may ask, only an admin may stop it or have it skip', async () => {
      await agent.call('investigation.progress', progress(incidentId, 'Reading'));
      expect((await instruct(max, 'Probe', { instruction: 'ask' })).status).toBe(200);
      expect((await heard('agent.instructed')).params).toMatchObject({ agentName: 'Probe', instruction: 'ask' });
      for (const instruction of ['skip', 'stop']) {
        expect((await instruct(max, 'Probe', { instruction })).status).toBe(403);
        expect((await instruct(ana, 'Probe', { instruction })).status).toBe(200);
      }
      expect((await instruct(ana, 'Nobody', { instruction: 'ask' })).body.error).toBe('agent_not_found');
      expect((await instruct(ana, 'Probe', { instruction: 'dance' })).status).toBe(400);
      await agent.call('agent.status', { incidentId, agentName: 'Probe', role: 'r', status: 'done' });
      expect((await instruct(ana, 'Probe', { instruction: 'ask' })).status).toBe(409);
    });

    it('may be to collect evidence again', async () => {
      const evidence = { evidenceId: 'evi_1', type: 'log', source: 'orders', summary: 'Pool exhausted' };
      await agent.call('evidence.collected', { incidentId, evidence });
      const check = (id: string) => max.post(`/v1/investigation/${incidentId}/evidence/${id}/check`);
      expect((await check('evi_1')).status).toBe(200);
      expect((await heard('evidence.check_requested')).params).toMatchObject({ evidenceId: 'evi_1' });
      expect((await check('evi_9')).body.error).toBe('evidence_not_found');
    });
  });
});
