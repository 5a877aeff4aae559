import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../protocol/ids.ts';
import { type CallMethod, calls, type PublicationMethod, publications } from '../../protocol/up.ts';
import { UPGRADE_PATHS } from '../http/upgrades.ts';
import { apiOf } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { openEventStream } from '../testing/event-stream.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, bearer, member, OTHER_AGENT_KEY, stranger, withKey } from '../testing/people.ts';
import { connect, type Message, type RpcClient, refusedUpgrade } from '../testing/rpc-client.ts';
import { proposal } from '../testing/shared.ts';

type Kind = 'person' | 'agent';
type Expected = 'ok' | 'forbidden' | 'not_found' | 'not_subscribed';

/** What each call answers: to a person and to a key, about an incident of the caller's tenant and about any other. */
type CallRow = {
  params: (incidentId: string) => Record<string, unknown>;
  person: Expected;
  agent: Expected;
  /** About what the tenant does not have; absent where the call names nothing. */
  missing?: Expected;
};

const OF_INCIDENT = { params: (incidentId: string) => ({ incidentId }), person: 'ok', agent: 'ok' } as const;
const OF_NOTHING = { params: () => ({}), person: 'ok', agent: 'ok' } as const;

/** In the order in which they can be called one after the other. A new call without a row does not compile. */
const CALLS: Record<CallMethod, CallRow> = {
  ping: OF_NOTHING,
  'rpc.discover': OF_NOTHING,
  'investigation.subscribe': { ...OF_INCIDENT, missing: 'not_found' },
  'remediation.subscribe': { ...OF_INCIDENT, missing: 'not_found' },
  'presence.focus': {
    params: (incidentId) => ({ incidentId, remediationId: null }),
    person: 'ok',
    agent: 'not_subscribed',
    missing: 'not_subscribed',
  },
  'remediation.unsubscribe': { ...OF_INCIDENT, missing: 'not_subscribed' },
  'investigation.unsubscribe': { ...OF_INCIDENT, missing: 'not_subscribed' },
  'notifications.subscribe': OF_NOTHING,
  'dispatch.subscribe': { ...OF_NOTHING, person: 'forbidden' },
  'auth.refresh': { params: () => ({ token: 'of nobody' }), person: 'forbidden', agent: 'forbidden' },
};

/** What only people say and decide, through the API. */
const OF_PEOPLE: ReadonlySet<PublicationMethod> = new Set<PublicationMethod>([
  'remediation.approved',
  'remediation.rejected',
  'remediation.expired',
  'remediation.check_requested',
  'remediation.claimed',
  'remediation.objected',
  'remediation.objection_withdrawn',
  'remediation.rollback_requested',
  'remediation.feedback_submitted',
  'investigation.aborted',
  'investigation.context_added',
  'investigation.known_solution_decided',
  'investigation.feedback_submitted',
  'evidence.check_requested',
  'agent.instructed',
]);

const FIXTURES = new URL('../../protocol/fixtures/', import.meta.url);

/** The example of every event, and an opening: whatever an agent could publish. */
const examples = new Map<string, Record<string, unknown>>([
  ['incident.created', { title: 'Opened by an agent', severity: 'high' }],
  ...readdirSync(FIXTURES).map((name): [string, Record<string, unknown>] => {
    const { method, params } = JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
    const { seq: _, eventId: __, ...own } = params;
    return [method, own];
  }),
]);

const CODES = { forbidden: -32003, not_found: -32602, not_subscribed: -32002 } as const;
const DATA = {
  forbidden: 'forbidden',
  not_found: 'incident_not_found',
  not_subscribed: 'subscription_not_found',
} as const;

const expectAnswer = (what: string, { result, error }: Message, expected: Expected): void => {
  if (expected === 'ok') expect([what, error]).toEqual([what, undefined]);
  else {
    const { code, data } = error ?? { code: 0 };
    expect([what, code, data?.error]).toEqual([what, CODES[expected], DATA[expected]]);
    expect(result).toBeUndefined();
  }
};

describe('every method of the relay', () => {
  let app: InProcess;
  let agent: RpcClient;
  let ana: ReturnType<typeof apiOf>;
  let clients: { name: string; kind: Kind; isOurs: boolean; client: RpcClient }[];

  beforeAll(async () => {
    app = await startInProcess();
    ana = apiOf(app.address, await admin());
    const url = `${app.address}/v1/connect`;
    const through = async (token: string): Promise<RpcClient> => {
      const browser = openBrowser(app.address);
      await browser.signIn(token);
      return browser.relay();
    };
    agent = await connect(url, withKey(AGENT_KEY));
    clients = [
      { name: 'a member', kind: 'person', isOurs: true, client: await connect(url, bearer(await member())) },
      { name: 'an admin', kind: 'person', isOurs: true, client: await connect(url, bearer(await admin())) },
      { name: 'a member’s ticket', kind: 'person', isOurs: true, client: await through(await member()) },
      { name: 'an admin’s ticket', kind: 'person', isOurs: true, client: await through(await admin()) },
      {
        name: 'an admin’s JWT at the proxy',
        kind: 'person',
        isOurs: true,
        client: await openBrowser(app.address).relay(await admin()),
      },
      { name: 'an agent', kind: 'agent', isOurs: true, client: await connect(url, withKey(AGENT_KEY)) },
      { name: 'a stranger', kind: 'person', isOurs: false, client: await connect(url, bearer(await stranger())) },
      { name: 'a stranger’s ticket', kind: 'person', isOurs: false, client: await through(await stranger()) },
      {
        name: 'a stranger’s agent',
        kind: 'agent',
        isOurs: false,
        client: await connect(url, withKey(OTHER_AGENT_KEY)),
      },
    ];
  });
  afterAll(async () => {
    agent.close();
    for (const { client } of clients) client.close();
    await app.stop();
  });

  /** An answer without what differs between any two. */
  const told = ({ id: _, ...answer }: Message, ...ids: string[]): string =>
    ids.reduce((text, id) => text.replaceAll(id, '<id>'), JSON.stringify(answer));

  it('is in the matrix', () => {
    expect(Object.keys(CALLS).sort()).toEqual(Object.keys(calls).sort());
    expect([...examples.keys()].sort()).toEqual(Object.keys(publications).sort());
    for (const method of OF_PEOPLE) expect(Object.keys(publications)).toContain(method);
    // The ways in to which `clients` and “opens to no other credentials” belong.
    expect([...UPGRADE_PATHS].sort()).toEqual(['/relay', '/v1/connect']);
  });

  it('answers each caller as the contract says, and a foreign incident like one that does not exist', async () => {
    const incidentId = await ana.openIncident();
    for (const { name, kind, isOurs, client } of clients) {
      for (const [method, row] of Object.entries(CALLS)) {
        const what = `${name}: ${method}`;
        const about = await client.ask(method, row.params(incidentId));
        const isMissing = row.missing !== undefined && !isOurs;
        expectAnswer(what, about, isMissing ? (row.missing ?? 'ok') : row[kind]);
        if (row.missing === undefined) continue;
        const ghost = newId('inc');
        const absent = await client.ask(method, row.params(ghost));
        expectAnswer(`${what} about nothing`, absent, row.missing);
        if (!isOurs) expect(told(about, incidentId)).toBe(told(absent, ghost));
      }
    }
  });

  /** A plan that needs nobody’s approval, so that all can be reported of it; where it is about that, being taken back. */
  const planFor = async (incidentId: string, method: string): Promise<string> => {
    const remediationId = newId('rem');
    const about = { incidentId, remediationId };
    const preconditions = [{ preconditionId: 'pre_1', statement: 'replicas = 6' }];
    const more = { requiresApproval: false, preconditions, undo: { reversibility: 'reversible' } };
    await agent.call('remediation.proposed', proposal(incidentId, remediationId, more));
    if (method !== 'remediation.rolled_back' && method !== 'remediation.rollback_failed') return remediationId;
    await ana.post(`/v1/remediation/${remediationId}/execute`);
    await agent.call('remediation.step', { ...about, stepId: 'step-1', status: 'running' });
    await agent.call('remediation.failed', about);
    await ana.post(`/v1/remediation/${remediationId}/rollback`, {});
    return remediationId;
  };

  it('lets keys publish what happened, people nothing, and nobody anything elsewhere', async () => {
    const incidentId = await ana.openIncident();
    const plan = await planFor(incidentId, '');
    const headBefore = await app.log.head({ tenantId: 'ten_a', stream: incidentId });
    let published = 0;
    for (const { name, kind, isOurs, client } of clients) {
      for (const [method, example] of examples) {
        const isOpening = method === 'incident.created';
        const isPlan = method === 'remediation.proposed';
        const paramsOf = (incident: string, remediation: string) => ({
          ...example,
          ...(isOpening ? {} : { incidentId: incident }),
          ...('remediationId' in example ? { remediationId: isPlan ? newId('rem') : remediation } : {}),
          ...('approvalId' in example ? { approvalId: newId('apr') } : {}),
        });
        const isReport = isOurs && kind === 'agent' && method.startsWith('remediation.');
        const remediationId = isReport ? await planFor(incidentId, method) : plan;
        const mayPublish = kind === 'agent' && !OF_PEOPLE.has(method as PublicationMethod);
        const expected = !mayPublish ? 'forbidden' : isOurs || isOpening ? 'ok' : 'not_found';
        const answer = await client.ask(method, paramsOf(incidentId, remediationId));
        expectAnswer(`${name}: ${method}`, answer, expected);
        if (expected === 'ok' && !isOpening) published += 1;
        if (isOpening) continue;
        const absent = await client.ask(method, paramsOf(newId('inc'), newId('rem')));
        expectAnswer(`${name}: ${method} about nothing`, absent, mayPublish ? 'not_found' : 'forbidden');
        if (!isOurs) expect(told(answer)).toBe(told(absent));
      }
    }
    const head = await app.log.head({ tenantId: 'ten_a', stream: incidentId });
    expect(head - headBefore).toBeGreaterThanOrEqual(published);
    expect(published).toBe(examples.size - OF_PEOPLE.size - 1);
  });

  it('tells a tenant nothing of another’s, by no way there is', async () => {
    const url = `${app.address}/v1/notifications/stream`;
    const zoe = bearer(await stranger());
    const browser = openBrowser(app.address);
    await browser.signIn(await stranger());
    const streams = [
      await openEventStream(url, zoe),
      await openEventStream(`${url}?token=${await stranger()}`),
      await openEventStream(url, { cookie: browser.cookie() }),
    ];
    const sockets = [
      await connect(`${app.address}/v1/connect`, zoe),
      await browser.relay(),
      await connect(`${app.address}/v1/connect`, withKey(OTHER_AGENT_KEY)),
    ];
    for (const socket of sockets) await socket.call('notifications.subscribe');
    await sockets[2]?.call('dispatch.subscribe');

    const incidentId = await ana.openIncident({ title: 'Only ours' });
    await ana.post(`/v1/investigation/${incidentId}`);
    const remediationId = newId('rem');
    await agent.call('remediation.proposed', proposal(incidentId, remediationId));
    await ana.post(`/v1/remediation/${remediationId}/approve`);
    await agent.call('investigation.progress', { incidentId, agentName: 'Probe', message: 'only ours' });
    // The same id is another incident in another tenant, whose people hear that one only.
    const opening = { incidentId, title: 'Theirs of the same id', severity: 'low' };
    expect(await sockets[2]?.call('incident.created', opening)).toMatchObject({ incidentId });
    for (const socket of sockets) await socket.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    await agent.call('investigation.progress', { incidentId, agentName: 'Probe', message: 'only ours, later' });
    const last = { incidentId, agentName: 'Probe', message: 'theirs' };
    await sockets[2]?.call('investigation.progress', last);

    for (const { events, close, status } of streams) {
      expect(status).toBe(200);
      await expect.poll(() => events.at(-1)?.data.message).toBe('theirs');
      expect(JSON.stringify(events)).not.toMatch(/only ours|Only ours|ana@/);
      expect(JSON.stringify(events)).not.toContain(remediationId);
      close();
    }
    for (const socket of sockets) {
      await socket.next(({ params }) => params?.message === 'theirs');
      expect(socket.frames.join('\n')).not.toMatch(/only ours|Only ours|ana@/);
      expect(socket.frames.join('\n')).not.toContain(remediationId);
      socket.close();
    }
  });

  it('resumes after another tenant’s event as after one that does not exist', async () => {
    const incidentId = await ana.openIncident();
    const { eventId } = await agent.call('investigation.progress', { incidentId, agentName: 'Probe', message: 'ours' });
    const theirs = await connect(`${app.address}/v1/connect`, bearer(await stranger()));
    const subscribed = await theirs.ask('notifications.subscribe', { afterEventId: eventId });
    const other = await connect(`${app.address}/v1/connect`, bearer(await stranger()));
    const absent = await other.ask('notifications.subscribe', { afterEventId: newId('evt') });
    expect([subscribed.error, absent.error]).toEqual([undefined, undefined]);
    const zoe = apiOf(app.address, await stranger());
    const sentinel = await zoe.openIncident({ title: 'The first that is theirs' });
    for (const client of [theirs, other]) {
      const first = await client.next(({ method }) => method !== undefined && method !== 'connected');
      expect(first.params).toMatchObject({ incidentId: sentinel });
      client.close();
    }
  });

  it('opens to no other credentials', async () => {
    const browser = openBrowser(app.address);
    await browser.signIn(await admin());
    const [ticket, cookie] = [await browser.ticket(), browser.cookie()];
    const connectWith = (headers: Record<string, string>) => refusedUpgrade(`${app.address}/v1/connect`, headers);
    const relayWith = (token: string, headers: Record<string, string> = {}) =>
      refusedUpgrade(`${app.address}/relay?token=${token}`, { origin: app.address, ...headers });
    const answers = [
      await connectWith({ cookie, origin: app.address }),
      await connectWith(bearer(ticket)),
      await connectWith(bearer(AGENT_KEY)),
      await connectWith(withKey(ticket)),
      await connectWith(withKey(await admin())),
      await relayWith('', { cookie }),
      await relayWith(AGENT_KEY, withKey(AGENT_KEY)),
      await relayWith('', bearer(await admin())),
      await relayWith(cookie.split('=')[1] ?? '', { cookie }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    // None of these has used the ticket up.
    (await browser.relay(ticket)).close();
  });
});
