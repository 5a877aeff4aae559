import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SubscribeResult } from '../../protocol/connection.ts';
import { incidentEvents } from '../../protocol/down.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, proposal, publishMany, range } from '../testing/shared.ts';

describe('a subscription', () => {
  let server: ServerProcess;
  let api: Api;
  let person: RpcClient;
  let agent: RpcClient;
  let incidentId: string;
  let plans = 0;

  const open = (headers: Record<string, string>) => connect(`${server.address}/v1/connect`, headers);
  const plan = (): string => {
    plans += 1;
    return `rem_${plans}`;
  };
  /** All that was published so far has arrived when this later event has. */
  const seqsAfterMarker = async (client = person): Promise<number[]> => {
    const { seq } = await agent.call('remediation.proposed', proposal(incidentId, plan()));
    await client.next(({ params }) => params?.seq === seq && params?.incidentId === incidentId);
    return client.events(incidentId).map((params) => Number(params.seq));
  };

  const apiAsPerson = () => api.get(`/v1/incidents/${incidentId}`);

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    person = await open(bearer(await admin()));
    agent = await open(withKey(AGENT_KEY));
    incidentId = await api.openIncident();
  });
  afterEach(() => {
    person.close();
    agent.close();
  });

  it('answers with its id and the position, and then brings the events', async () => {
    const result = await person.call('investigation.subscribe', { incidentId });
    expect(SubscribeResult.parse(result)).toEqual({
      subscriptionId: expect.stringMatching(/^sub_[0-9A-HJKMNP-TV-Z]{26}$/),
      incidentId,
      epoch: expect.any(String),
      headSeq: 0,
    });
    const told = await agent.call(
      'investigation.progress',
      progress(incidentId, 'Looking', { stepIndex: 1, totalSteps: 3 }),
    );
    const event = await person.next(({ method }) => method === 'investigation.progress');
    expect(event).not.toHaveProperty('id');
    expect(incidentEvents['investigation.progress'].parse(event.params)).toMatchObject({
      incidentId,
      message: 'Looking',
      agentName: 'Probe',
      stepIndex: 1,
      totalSteps: 3,
      eventId: told.eventId,
      seq: told.seq,
      timestamp: expect.any(String),
    });
  });

  it('brings the documented fields of a completed investigation and of a proposed plan', async () => {
    await person.call('investigation.subscribe', { incidentId });
    await agent.call('investigation.completed', {
      incidentId,
      rootCause: 'A missing index',
      confidence: 0.9,
      recommendedActions: ['Add it'],
    });
    await agent.call('remediation.proposed', proposal(incidentId, plan()));
    expect((await person.next(({ method }) => method === 'investigation.completed')).params).toMatchObject({
      incidentId,
      rootCause: 'A missing index',
      confidence: 0.9,
      recommendedActions: ['Add it'],
      timestamp: expect.any(String),
    });
    expect((await person.next(({ method }) => method === 'remediation.proposed')).params).toMatchObject({
      incidentId,
      title: 'Roll the deployment back',
      requiresApproval: true,
      steps: expect.any(Array),
      timestamp: expect.any(String),
      planDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      approvalsRequired: 1,
      approvalId: expect.stringMatching(/^apr_/),
      expiresAt: expect.any(String),
    });
  });

  it('is one however often it is asked for, also at once, and brings each event once', async () => {
    const request = (id: number) => ({ jsonrpc: '2.0', id, method: 'investigation.subscribe', params: { incidentId } });
    person.send([request(1), request(2)]);
    person.send(request(3));
    const answers = await Promise.all([1, 2, 3].map((id) => person.next((message) => message.id === id)));
    const later = await person.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    const ids = new Set([...answers.map(({ result }) => result?.subscriptionId), later.subscriptionId]);
    expect(ids.size).toBe(1);
    await publishMany(agent, incidentId, 20);
    expect(await seqsAfterMarker()).toEqual(range(21));
  });

  it('to remediations brings only what concerns plans', async () => {
    await person.call('remediation.subscribe', { incidentId });
    await publishMany(agent, incidentId, 3);
    expect(await seqsAfterMarker()).toEqual([4]);
  });

  describe('beside another on the same incident', () => {
    const kinds = ['investigation', 'remediation'] as const;
    const orders = [[...kinds], [...kinds].reverse()];
    it.each(orders)('brings each event once when %s comes before %s', async (first, second) => {
      const one = await person.call(`${first}.subscribe`, { incidentId });
      const two = await person.call(`${second}.subscribe`, { incidentId });
      expect(one.subscriptionId).not.toBe(two.subscriptionId);
      for (const _ of range(5)) {
        await agent.call('investigation.progress', progress(incidentId, 'between'));
        await agent.call('remediation.proposed', proposal(incidentId, plan()));
      }
      expect(await seqsAfterMarker()).toEqual(range(11));
    });

    it.each(orders)('brings each event once when %s is live and %s resumes', async (first, second) => {
      await publishMany(agent, incidentId, 10);
      await agent.call('remediation.proposed', proposal(incidentId, plan()));
      await person.call(`${first}.subscribe`, { incidentId });
      await agent.call('remediation.proposed', proposal(incidentId, plan()));
      await person.call(`${second}.subscribe`, { incidentId, afterSeq: 0 });
      await agent.call('remediation.proposed', proposal(incidentId, plan()));
      const seqs = (await seqsAfterMarker()).sort((a, b) => a - b);
      expect(seqs).toEqual(second === 'investigation' ? range(14) : range(4, 11));
    });

    it('goes on without the other when that ends', async () => {
      const investigation = await person.call('investigation.subscribe', { incidentId });
      await person.call('remediation.subscribe', { incidentId });
      await agent.call('remediation.proposed', proposal(incidentId, plan()));
      await person.call('investigation.unsubscribe', { subscriptionId: investigation.subscriptionId });
      await agent.call('investigation.progress', progress(incidentId, 'unheard'));
      expect(await seqsAfterMarker()).toEqual([1, 3]);
    });

    it('leaves nothing out when the other ends while it is still catching up', async () => {
      await publishMany(agent, incidentId, 3_000, 'x'.repeat(3_000));
      await person.call('remediation.subscribe', { incidentId });
      const { subscriptionId } = await person.call('investigation.subscribe', { incidentId, afterSeq: 0 });
      person.socket.pause();
      for (const _ of range(5)) await agent.call('remediation.proposed', proposal(incidentId, plan()));
      person.send({ jsonrpc: '2.0', id: 'end', method: 'investigation.unsubscribe', params: { subscriptionId } });
      // When its answer has come, that request has been seen too.
      await apiAsPerson();
      person.socket.resume();
      await person.next(({ id }) => id === 'end');
      const seqs = await seqsAfterMarker();
      expect(seqs).not.toContain(3_000);
      expect(seqs.filter((seq) => seq > 3_000)).toEqual(range(6, 3_001));
    });

    it('lets the investigation have the plans when the remediations end', async () => {
      const remediation = await person.call('remediation.subscribe', { incidentId });
      await person.call('investigation.subscribe', { incidentId });
      await agent.call('remediation.proposed', proposal(incidentId, plan()));
      const { subscriptionId } = remediation;
      expect(await person.call('remediation.unsubscribe', { subscriptionId })).toEqual({ subscriptionId, incidentId });
      expect(await seqsAfterMarker()).toEqual([1, 2]);
    });
  });

  it('ends by its id, by its incident, and for remediations by either method', async () => {
    const end = async (subscribe: string, unsubscribe: string, by: 'subscriptionId' | 'incidentId') => {
      const { subscriptionId } = await person.call(subscribe, { incidentId });
      const target = by === 'incidentId' ? { incidentId } : { subscriptionId };
      expect(await person.call(unsubscribe, target)).toEqual({ subscriptionId, incidentId });
      expect((await person.ask(unsubscribe, target)).error).toMatchObject({ code: -32002 });
    };
    await end('investigation.subscribe', 'investigation.unsubscribe', 'subscriptionId');
    await end('investigation.subscribe', 'investigation.unsubscribe', 'incidentId');
    await end('remediation.subscribe', 'investigation.unsubscribe', 'subscriptionId');
    await end('remediation.subscribe', 'remediation.unsubscribe', 'incidentId');
    await publishMany(agent, incidentId, 2);
    await agent.call('remediation.proposed', proposal(incidentId, plan()));
    await person.call('ping');
    expect(person.events(incidentId)).toEqual([]);
  });

  it('that never was cannot end', async () => {
    expect((await person.ask('investigation.unsubscribe', { subscriptionId: 'sub_none' })).error).toMatchObject({
      code: -32002,
      data: { error: 'subscription_not_found' },
    });
    expect((await person.ask('investigation.unsubscribe', {})).error?.code).toBe(-32602);
  });

  it('of one connection cannot be ended by another', async () => {
    const { subscriptionId } = await person.call('investigation.subscribe', { incidentId });
    expect((await agent.ask('investigation.unsubscribe', { subscriptionId })).error?.code).toBe(-32002);
    await publishMany(agent, incidentId, 1);
    expect(await seqsAfterMarker()).toEqual([1, 2]);
  });

  it('to an incident of another tenant is answered like one to an incident that is not', async () => {
    const other = await open(bearer(await stranger()));
    for (const method of ['investigation.subscribe', 'remediation.subscribe']) {
      const foreign = await other.ask(method, { incidentId });
      const unknown = await other.ask(method, { incidentId: 'inc_unknown' });
      expect(foreign.error).toEqual(unknown.error);
      expect(foreign.error).toMatchObject({ code: -32602, data: { error: 'incident_not_found' } });
    }
    await publishMany(agent, incidentId, 1);
    await other.call('ping');
    expect(other.events(incidentId)).toEqual([]);
    other.close();
  });

  it('cannot reach what is no incident', async () => {
    expect((await person.ask('investigation.subscribe', { incidentId: '@tenant' })).error).toMatchObject({
      code: -32602,
      data: { error: 'incident_not_found' },
    });
  });

  it('is refused past the limit of a connection, with when to come back', async () => {
    const incidents = await Promise.all(range(201).map(() => api.openIncident()));
    const answers = await Promise.all(incidents.map((id) => person.ask('investigation.subscribe', { incidentId: id })));
    expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(200);
    expect(answers.find(({ error }) => error !== undefined)?.error).toMatchObject({
      code: -32004,
      data: { retryAfterMs: expect.any(Number) },
    });
  });
});

describe('the notifications of a tenant', () => {
  let server: ServerProcess;
  let api: Api;
  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
  });
  afterAll(() => server.stop());

  const open = (headers: Record<string, string>) => connect(`${server.address}/v1/connect`, headers);

  it('come once however often they are asked for, and not to other tenants', async () => {
    const person = await open(bearer(await admin()));
    const other = await open(bearer(await stranger()));
    await other.call('notifications.subscribe');
    const request = (id: number) => ({ jsonrpc: '2.0', id, method: 'notifications.subscribe', params: {} });
    person.send([request(1), request(2)]);
    const [one, two] = await Promise.all([1, 2].map((id) => person.next((message) => message.id === id)));
    expect(one?.result).toEqual({ subscriptionId: expect.stringMatching(/^sub_/) });
    expect(two?.result).toEqual(one?.result);
    const first = await api.openIncident();
    const second = await api.openIncident();
    await person.next(({ params }) => params?.incidentId === second);
    expect(person.messages.filter(({ params }) => params?.incidentId === first)).toMatchObject([
      {
        method: 'incident.created',
        params: { title: 'Checkout is slow', severity: 'medium', status: 'open', source: 'manual' },
      },
    ]);
    await other.call('ping');
    expect(other.messages.filter(({ method }) => method === 'incident.created')).toEqual([]);
    person.close();
    other.close();
  });

  it('go on after the event that was the last to be seen, without a gap or a repeat', async () => {
    const agent = await open(withKey(AGENT_KEY));
    const incidentId = await api.openIncident();
    const { eventId } = await agent.call('investigation.progress', progress(incidentId, 'seen'));
    await publishMany(agent, incidentId, 1_200);
    const person = await open(bearer(await admin()));
    await person.call('notifications.subscribe', { afterEventId: eventId });
    await publishMany(agent, incidentId, 300);
    await person.until(() => person.events(incidentId).length >= 1_500);
    await person.call('ping');
    expect(person.events(incidentId).map(({ seq }) => seq)).toEqual(range(1_500, 2));
    person.close();
    agent.close();
  });

  it('do not repeat what a subscription brings, nor lose what it does not', async () => {
    const agent = await open(withKey(AGENT_KEY));
    const incidentId = await api.openIncident();
    const { eventId } = await agent.call('investigation.progress', progress(incidentId, 'seen'));
    await publishMany(agent, incidentId, 5);
    const person = await open(bearer(await admin()));
    await person.call('investigation.subscribe', { incidentId });
    await person.call('notifications.subscribe', { afterEventId: eventId });
    await publishMany(agent, incidentId, 5);
    await person.until(() => person.events(incidentId).length >= 10);
    await person.call('ping');
    const seqs = person.events(incidentId).map(({ seq }) => Number(seq));
    expect(seqs.sort((a, b) => a - b)).toEqual(range(10, 2));
    person.close();
    agent.close();
  });

  it('bring what a subscription had not come to when it ended, each event once and in order', async () => {
    const agent = await open(withKey(AGENT_KEY));
    const [incidentId, otherId] = [await api.openIncident(), await api.openIncident()];
    await publishMany(agent, incidentId, 3_000, 'x'.repeat(3_000));
    const person = await open(bearer(await admin()));
    await person.call('notifications.subscribe');
    const { subscriptionId } = await person.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    person.socket.pause();
    for (const number of range(5)) {
      await agent.call('remediation.proposed', proposal(incidentId, `rem_left_${number}`));
      await agent.call('investigation.progress', progress(otherId, 'meanwhile'));
    }
    person.send({ jsonrpc: '2.0', id: 'end', method: 'investigation.unsubscribe', params: { subscriptionId } });
    // When its answer has come, that request has been seen too.
    await api.get(`/v1/incidents/${incidentId}`);
    person.socket.resume();
    await person.next(({ id }) => id === 'end');
    await agent.call('investigation.progress', progress(otherId, 'the last'));
    await person.next(({ params }) => params?.message === 'the last');
    const seqsOf = (id: string) => person.events(id).map(({ seq }) => Number(seq));
    expect(seqsOf(incidentId)).not.toContain(3_000);
    expect(seqsOf(incidentId).filter((seq) => seq > 3_000)).toEqual(range(5, 3_001));
    expect(seqsOf(otherId)).toEqual(range(6));
    person.close();
    agent.close();
  });

  it('do not repeat what a subscription brings that is still catching up', async () => {
    const agent = await open(withKey(AGENT_KEY));
    const incidentId = await api.openIncident();
    await publishMany(agent, incidentId, 3_000, 'x'.repeat(3_000));
    const person = await open(bearer(await admin()));
    await person.call('notifications.subscribe');
    await person.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    person.socket.pause();
    for (const number of range(5)) {
      await agent.call('remediation.proposed', proposal(incidentId, `rem_kept_${number}`));
    }
    person.socket.resume();
    await agent.call('investigation.progress', progress(incidentId, 'the last'));
    await person.next(({ params }) => params?.message === 'the last');
    await person.call('ping');
    expect(person.events(incidentId).map(({ seq }) => Number(seq))).toEqual(range(3_006));
    person.close();
    agent.close();
  });
});
