import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { canonicalize } from 'json-canonicalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publications } from '../../protocol/up.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, type Message, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

const FIXTURES = new URL('../../protocol/fixtures/', import.meta.url);
type Fields = Record<string, unknown>;

/** What people decide and say: it comes from the API, and a key may not claim it. */
const PEOPLES = [
  'agent.instructed',
  'evidence.check_requested',
  'investigation.aborted',
  'investigation.context_added',
  'investigation.feedback_submitted',
  'investigation.known_solution_decided',
  'remediation.approved',
  'remediation.check_requested',
  'remediation.claimed',
  'remediation.expired',
  'remediation.feedback_submitted',
  'remediation.objected',
  'remediation.objection_withdrawn',
  'remediation.rejected',
  'remediation.rollback_requested',
];

const fixtures = readdirSync(FIXTURES).map((name) => {
  const { params }: { params: Fields } = JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
  const { incidentId: _, eventId: __, seq: ___, ...fields } = params;
  return { method: name.replace(/\.json$/, ''), fields };
});

describe('every event that an agent publishes', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;
  let viewer: RpcClient;

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    viewer = await connect(`${server.address}/v1/connect`, bearer(await admin()));
  });
  afterAll(() => server.stop());

  const open = async (): Promise<string> => {
    const incidentId = await api.openIncident();
    await viewer.call('investigation.subscribe', { incidentId });
    return incidentId;
  };
  /** What the subscriber got of this method, less the key with which it came: that the relay says. */
  const heard = async (incidentId: string, method: string): Promise<Fields> => {
    const fits = (message: Message) => message.method === method && message.params?.incidentId === incidentId;
    const { actor: _, ...fields } = (await viewer.next(fits)).params ?? {};
    return fields;
  };

  const said = fixtures.filter(({ method }) => !PEOPLES.includes(method) && !method.startsWith('remediation.'));
  const reports = fixtures.filter(({ method }) =>
    ['remediation.step', 'remediation.executed', 'remediation.failed', 'remediation.precondition'].includes(method),
  );

  it.each(said)('of the method $method reaches subscribers with every field as it was sent', async (event) => {
    const incidentId = await open();
    const { eventId, seq } = await agent.call(event.method, { incidentId, ...event.fields });
    expect(await heard(incidentId, event.method)).toEqual({ ...event.fields, incidentId, eventId, seq });
  });

  it.each(reports)('of the method $method, once people let the plan run, too', async ({ method, fields }) => {
    const incidentId = await open();
    const remediationId = `rem_of_${method}`;
    const preconditions = [{ preconditionId: 'pre_1', statement: 'The index is missing' }];
    const steps = [{ stepId: String(fields.stepId ?? 'create'), type: 'sql_migration', description: 'Recreate it' }];
    const plan = { incidentId, remediationId, title: 'Recreate the index', requiresApproval: true };
    await agent.call('remediation.proposed', { ...plan, steps, preconditions });
    await api.post(`/v1/remediation/${remediationId}/approve`);
    await api.post(`/v1/remediation/${remediationId}/execute`);
    const { eventId, seq } = await agent.call(method, { incidentId, ...fields, remediationId });
    expect(await heard(incidentId, method)).toEqual({ ...fields, remediationId, incidentId, eventId, seq });
  });

  it('of a plan has the documented fields and ours, and a digest of the relay', async () => {
    const incidentId = await open();
    const fields = fixtures.find(({ method }) => method === 'remediation.proposed')?.fields ?? {};
    const { planDigest, approvalId, expiresAt, ...sent } = fields;
    const canonical = canonicalize({ title: sent.title, description: sent.description, steps: sent.steps });
    expect(planDigest).toBe(`sha256:${createHash('sha256').update(canonical).digest('hex')}`);
    await agent.call('remediation.proposed', { incidentId, ...sent });
    expect(await heard(incidentId, 'remediation.proposed')).toMatchObject({
      ...sent,
      planDigest,
      approvalId: expect.stringMatching(/^apr_/),
      expiresAt: expect.any(String),
    });
  });

  it.each(PEOPLES.filter((method) => Object.hasOwn(publications, method)))(
    'is not %s: that is for people, and a key is refused with −32003',
    async (method) => {
      const fields = fixtures.find((fixture) => fixture.method === method)?.fields;
      const incidentId = await open();
      expect((await agent.ask(method, { incidentId, ...fields })).error?.code).toBe(-32_003);
    },
  );
});
