import { connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { openEventStream } from '../testing/event-stream.ts';
import { startInProcess } from '../testing/in-process.ts';
import { untilMetric } from '../testing/metrics.ts';
import { AGENT_KEY, admin, bearer, expired, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, proposal, publishMany, range } from '../testing/shared.ts';

describe('the stream of notifications', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;
  let token: string;

  beforeAll(async () => {
    server = await startServer();
    token = await admin();
    api = apiOf(server.address, token);
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });

  const open = async (headers: Record<string, string>, query = '') => {
    const stream = await openEventStream(`${server.address}/v1/notifications/stream${query}`, headers);
    onTestFinished(() => stream.close());
    return stream;
  };
  const last = <Item>(items: readonly Item[]): Item | undefined => items.at(-1);

  it('is for people of the tenant: without a valid token it is 401', async () => {
    const path = '/v1/notifications/stream';
    for (const [url, headers] of [
      [path, {}],
      [`${path}?token=abc`, {}],
      [path, bearer(await expired())],
    ] as const) {
      expect(await request(server.address, 'GET', url, { headers })).toMatchObject({
        status: 401,
        body: { error: 'unauthorized', message: expect.any(String) },
      });
    }
  });

  it('takes the token as a header or in the address, and tells what happens with an id and a type', async () => {
    const streams = [await open(bearer(token)), await open({}, `?token=${token}`)];
    const incidentId = await api.openIncident({ title: 'Disk is full' });
    for (const { status, contentType, events } of streams) {
      expect(status).toBe(200);
      expect(contentType).toContain('text/event-stream');
      await expect.poll(() => events.length).toBe(1);
      expect(events[0]).toMatchObject({
        id: expect.stringMatching(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/),
        event: 'incident.created',
        data: {
          type: 'incident.created',
          incidentId,
          title: 'Disk is full',
          severity: 'medium',
          status: 'open',
          source: 'manual',
        },
      });
    }
    expect(server.output()).not.toContain(token);
  });

  it('lets no id of a publisher’s end a line of the stream', async () => {
    const { events } = await open(bearer(token));
    const eventId = 'evt_1\ndata: {}\n\nevent: remediation.approved';
    await agent.call('incident.created', { title: 'By a monitor', eventId });
    await api.openIncident({ title: 'By a person' });
    await expect.poll(() => events.map(({ data }) => data.title)).toContain('By a person');
    expect(events.map(({ event }) => event)).not.toContain('remediation.approved');
    expect(events.find(({ data }) => data.title === 'By a monitor')).toMatchObject({
      id: undefined,
      event: 'incident.created',
      data: { eventId },
    });
  });

  it('tells a plan from its proposal to its decision, with what those who approve need', async () => {
    const { events } = await open(bearer(token));
    const incidentId = await api.openIncident();
    await agent.call('investigation.progress', progress(incidentId, 'Looking'));
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_sse'));
    await api.post('/v1/remediation/rem_sse/approve');
    const types = () => events.map(({ event }) => event);
    await expect.poll(() => types().includes('approval.resolved')).toBe(true);
    await expect.poll(() => events.filter(({ event }) => event === 'incident.status_changed').length).toBe(3);
    const firsts = types().filter((type) => type !== 'incident.status_changed');
    expect(firsts).toEqual([
      'incident.created',
      'investigation.progress',
      'remediation.proposed',
      'approval.requested',
      'remediation.approved',
      'approval.resolved',
    ]);
    for (const { event, data } of events) expect(data).toMatchObject({ type: event, incidentId });
    const of = (type: string) => events.find(({ event }) => event === type)?.data;
    expect(of('remediation.approved')).toMatchObject({ remediationId: 'rem_sse', approvedBy: 'ana@a.example' });
    expect(of('approval.requested')).toMatchObject({ remediationId: 'rem_sse', approvalId: expect.any(String) });
    expect(of('approval.resolved')).toMatchObject({ decision: 'approve', decidedBy: 'ana@a.example' });
    expect(of('incident.status_changed')).toMatchObject({ previousStatus: 'open', newStatus: 'investigating' });
  });

  it('brings every documented payload of an investigation and of what was done', async () => {
    const { events } = await open(bearer(token));
    const of = (type: string) => events.find(({ event }) => event === type)?.data;
    const incidentId = await api.openIncident({ title: 'Checkout is slow' });
    const completed = {
      incidentId,
      rootCause: 'An index is gone',
      confidence: 0.9,
      recommendedActions: ['Put it back'],
    };
    const pattern = {
      incidentId,
      matchedPatternId: 'ptn_sse',
      matchedTitle: 'An index was dropped',
      confidence: 0.8,
      runbookUrl: 'https://runbooks.example/index',
    };
    await agent.call('investigation.progress', progress(incidentId, 'Looking'));
    await agent.call('investigation.known_solution_found', pattern);
    await agent.call('investigation.completed', completed);
    for (const remediationId of ['rem_sse_done', 'rem_sse_refused']) {
      await agent.call('remediation.proposed', proposal(incidentId, remediationId));
    }
    await api.post('/v1/remediation/rem_sse_refused/reject', { reason: 'Too risky' });
    await api.post('/v1/remediation/rem_sse_done/approve');
    await api.post('/v1/remediation/rem_sse_done/execute');
    const executed = { incidentId, remediationId: 'rem_sse_done', outcome: 'resolved', durationMs: 41_230 };
    await agent.call('remediation.executed', executed);
    await expect.poll(() => of('remediation.executed')).toBeDefined();
    const always = { timestamp: expect.any(String), eventId: expect.stringMatching(/^evt_/) };
    const common = { ...always, incidentId };
    expect(of('incident.created')).toMatchObject({ ...common, title: 'Checkout is slow', source: 'manual' });
    expect(of('investigation.progress')).toMatchObject({ ...common, message: 'Looking', agentName: 'Probe' });
    expect(of('investigation.known_solution_found')).toMatchObject({ ...always, ...pattern });
    expect(of('investigation.completed')).toMatchObject({ ...always, ...completed });
    expect(of('remediation.proposed')).toMatchObject({ ...common, title: 'Roll the deployment back' });
    expect(of('remediation.rejected')).toMatchObject({ ...common, remediationId: 'rem_sse_refused' });
    expect(of('remediation.approved')).toMatchObject({ ...common, approvedBy: 'ana@a.example' });
    expect(of('remediation.executed')).toMatchObject({ ...always, ...executed });
    expect(of('incident.status_changed')).toMatchObject({ ...common, previousStatus: 'open' });
  });

  it('replays after Last-Event-ID exactly what was missed, in order, and goes on live', async () => {
    const whole = await open(bearer(token));
    const incidentId = await api.openIncident();
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_replayed'));
    await publishMany(agent, incidentId, 300);
    await api.post('/v1/remediation/rem_replayed/reject', {});
    await expect.poll(() => whole.events.some(({ event }) => event === 'approval.resolved')).toBe(true);
    await expect.poll(() => last(whole.events)?.data.newStatus ?? last(whole.events)?.event).toBeDefined();
    for (const from of [0, 5, 200, whole.events.length - 1]) {
      const resumed = await open({ ...bearer(token), 'last-event-id': whole.events[from]?.id ?? '' });
      const missing = () => whole.events.slice(from + 1).map(({ id }) => id);
      await expect.poll(() => resumed.events.map(({ id }) => id)).toEqual(missing());
      await agent.call('investigation.progress', progress(incidentId, `after ${from}`));
      await expect.poll(() => last(resumed.events)?.data.message).toBe(`after ${from}`);
      await expect.poll(() => resumed.events.map(({ id }) => id)).toEqual(missing());
    }
  });

  it('begins with what is new where the id is not known', async () => {
    const { events } = await open({ ...bearer(token), 'last-event-id': 'evt_unknown' });
    const incidentId = await api.openIncident();
    await expect.poll(() => events.length).toBe(1);
    expect(events[0]?.data).toMatchObject({ incidentId });
  });

  it('tells another tenant nothing, not even after an id of the first', async () => {
    const zoe = apiOf(server.address, await stranger());
    const own = await open(bearer(token));
    await api.openIncident();
    await expect.poll(() => own.events.length).toBe(1);
    const foreign = await open({ ...bearer(await stranger()), 'last-event-id': own.events[0]?.id ?? '' });
    await api.openIncident();
    const incidentId = await zoe.openIncident();
    await expect.poll(() => foreign.events.length).toBe(1);
    expect(foreign.events[0]?.data).toMatchObject({ incidentId });
  });
});

it('a stream on which nothing happens has a ping every 30 seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const server = await startInProcess();
  onTestFinished(server.stop);
  const stream = await openEventStream(`${server.address}/v1/notifications/stream`, bearer(await admin()));
  onTestFinished(() => stream.close());
  const ping = { id: undefined, event: 'ping', data: { type: 'ping' } };
  await vi.advanceTimersByTimeAsync(29_999);
  await apiOf(server.address, await admin()).openIncident();
  await vi.waitFor(() => expect(stream.events.map(({ event }) => event)).toEqual(['incident.created']));
  await vi.advanceTimersByTimeAsync(1);
  await vi.waitFor(() => expect(stream.events.slice(1)).toEqual([ping]));
  await vi.advanceTimersByTimeAsync(30_000);
  await vi.waitFor(() => expect(stream.events.slice(1)).toEqual([ping, ping]));
});

it('a stream whose log cannot be read ends, so that the client comes again', async () => {
  const server = await startInProcess();
  onTestFinished(server.stop);
  vi.spyOn(server.log, 'find').mockRejectedValue(new Error('broken'));
  const headers = { ...bearer(await admin()), 'last-event-id': 'evt_1' };
  const { status, events, ended } = await openEventStream(`${server.address}/v1/notifications/stream`, headers);
  await ended;
  expect({ status, events }).toEqual({ status: 200, events: [] });
});

it('a stream whose reader has gone before it was opened takes up nobody’s room', async () => {
  const app = await startInProcess({ streamsPerTenant: 3 });
  onTestFinished(() => app.stop());
  const headers = bearer(await admin());
  const { port } = new URL(app.address);
  const knock = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = dial(Number(port), '127.0.0.1');
      socket.on('error', () => undefined).on('close', () => resolve());
      const head = `GET /v1/notifications/stream HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers.authorization}\r\n\r\n`;
      socket.write(head, () => socket.resetAndDestroy());
    });
  for (const _ of range(20)) await Promise.all(range(20).map(knock));
  await untilMetric(app.address, 'causeflow_relay_subscriptions{kind="stream"}', (open) => open === 0);
  const stream = await openEventStream(`${app.address}/v1/notifications/stream`, headers);
  expect(stream.status).toBe(200);
  stream.close();
});
