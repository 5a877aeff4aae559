import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, apiOf } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, secondAdmin, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { proposal, range } from '../testing/shared.ts';

/** With those of `decisions.test.ts`, in which admins race each other, a thousand. */
const ROUNDS = 100;
const LIFETIME_MS = 1_000;

let app: InProcess;
let ana: Api;
let bea: Api;
let agent: RpcClient;

beforeAll(async () => {
  app = await startInProcess();
  ana = apiOf(app.address, await admin());
  bea = apiOf(app.address, await secondAdmin());
  agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
});
afterAll(async () => {
  agent.close();
  await app.stop();
});

const decisionsOf = async (incidentId: string): Promise<string[]> => {
  const { body } = await ana.get(`/v1/investigation/${incidentId}/events?limit=1000`);
  return (body.items as { method: string }[])
    .map(({ method }) => method)
    .filter((method) => method !== 'remediation.proposed');
};

it('who approves while the plan changes approves the plan that was shown, or learns that it changed', async () => {
  const seen = { approved: 0, changed: 0 };
  for (const round of range(ROUNDS)) {
    const incidentId = await ana.openIncident();
    const remediationId = `rem_change_${round}`;
    await agent.call('remediation.proposed', proposal(incidentId, remediationId));
    const { planDigest } = (await ana.get(`/v1/remediation/${remediationId}`)).body;
    const change = () =>
      agent.call('remediation.proposed', proposal(incidentId, remediationId, { steps: ['Something else'] }));
    const approve = () => ana.post(`/v1/remediation/${remediationId}/approve`, { planDigest });
    const [answer] =
      round % 2 === 0
        ? await Promise.all([approve(), change()])
        : await Promise.all([change(), approve()]).then(([, approved]) => [approved]);
    // Whichever came first, nobody has approved the plan as it now is.
    const plan = (await ana.get(`/v1/remediation/${remediationId}`)).body;
    expect(plan.status).toBe('proposed');
    expect(plan.planDigest).not.toBe(planDigest);
    if (answer?.status === 200) seen.approved += 1;
    else {
      expect(answer).toMatchObject({ status: 409, body: { error: 'plan_changed', planDigest: plan.planDigest } });
      seen.changed += 1;
    }
    expect((await ana.post(`/v1/remediation/${remediationId}/execute`)).status).toBe(409);
  }
  expect(seen.approved + seen.changed).toBe(ROUNDS);
}, 120_000);

it('who approves as the time runs out is told that it did, or has approved: never both, and never by the clock', async () => {
  for (const round of range(ROUNDS)) {
    const incidentId = await ana.openIncident();
    const remediationId = `rem_expire_${round}`;
    const expiresAt = new Date(app.now() + LIFETIME_MS).toISOString();
    await agent.call('remediation.proposed', proposal(incidentId, remediationId, { expiresAt }));
    const approvals = [ana, bea].map((by) => by.post(`/v1/remediation/${remediationId}/approve`, {}));
    if (round % 4 !== 0) app.pass(LIFETIME_MS);
    const expiries = range(2).map(() => app.expire(remediationId));
    const answers = await Promise.all(approvals);
    await Promise.all(expiries);
    const [decision, ...others] = await decisionsOf(incidentId);
    expect(others).toEqual([]);
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(decision === 'remediation.approved' ? 1 : 0);
    for (const { status, body } of answers.filter((answer) => !won.includes(answer))) {
      expect(status).toBe(409);
      if (won.length === 1) expect(body.decidedBy).toMatch(/^(ana|bea)@a\.example$/);
      else expect(['approval_expired', 'invalid_status']).toContain(body.error);
    }
  }
}, 120_000);
