import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IncidentDetail, IncidentList, InvestigationResults, RelayStatus } from '../../protocol/api.ts';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, expired, member, stranger, unsigned, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, range } from '../testing/shared.ts';

describe('the API', () => {
  let server: ServerProcess;
  let api: Api;
  let theirs: Api;
  let agent: RpcClient;
  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
    theirs = apiOf(server.address, await stranger());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });

  const list = async (query = '', by = api) => IncidentList.parse((await by.get(`/v1/incidents${query}`)).body);

  describe('to those whom it does not know', () => {
    const calls = [
      ['GET', '/v1/relay/status'],
      ['GET', '/v1/incidents'],
      ['GET', '/v1/incidents/inc_1'],
      ['POST', '/v1/incidents/chat'],
      ['PATCH', '/v1/incidents/inc_1'],
      ['POST', '/v1/investigation/inc_1'],
      ['GET', '/v1/investigation/inc_1'],
      ['GET', '/v1/investigation/inc_1/events'],
      ['GET', '/v1/triage/inc_1/evidence'],
      ['GET', '/v1/remediation/rem_1'],
      ['POST', '/v1/remediation/rem_1/approve'],
      ['POST', '/v1/remediation/rem_1/reject'],
      ['POST', '/v1/remediation/rem_1/execute'],
      ['GET', '/v1/notifications/approvals/pending'],
      ['POST', '/v1/notifications/approvals/apr_1/respond'],
    ] as const;
    it.each(calls)('answers %s %s with 401', async (method, path) => {
      const tokens = [undefined, 'nonsense', await expired(), unsigned()];
      for (const token of tokens) {
        const answer = await request(server.address, method, path, token === undefined ? {} : { token });
        expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized', message: expect.any(String) } });
      }
      const withAgentKey = await request(server.address, method, path, { headers: withKey(AGENT_KEY) });
      expect(withAgentKey.status).toBe(401);
    });
  });

  it('tells how the relay is', async () => {
    const { status, body } = await api.get('/v1/relay/status');
    expect(status).toBe(200);
    expect(RelayStatus.parse(body)).toMatchObject({ status: 'healthy', activeConnections: 1 });
  });

  it.each([
    ['GET', '/v1/none'],
    ['GET', '/v1/'],
    ['DELETE', '/v1/incidents'],
    ['PUT', '/v1/incidents/inc_1'],
    ['GET', '/auth/none'],
    ['GET', '/relay'],
    ['GET', `/v1/incidents/${'x'.repeat(3_000)}`],
  ])('answers %s %s with 404 in its own shape', async (method, path) => {
    const { status, body } = await request(server.address, method, path, { token: await admin() });
    expect({ status, body }).toEqual({ status: 404, body: { error: 'route_not_found', message: expect.any(String) } });
  });

  it('answers an address that cannot be decoded in its own shape', async () => {
    const { status, body } = await request(server.address, 'GET', '/v1/incidents/%E0%A4%A', { token: await admin() });
    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String) });
  });

  describe('opening an incident', () => {
    it('answers 201 with an open incident of medium severity', async () => {
      const { status, body } = await api.post('/v1/incidents/chat', {
        title: '  Checkout is slow ',
        description: 'It takes ten seconds to pay.',
      });
      expect(status).toBe(201);
      expect(IncidentDetail.parse(body)).toMatchObject({
        incidentId: expect.stringMatching(/^inc_/),
        title: 'Checkout is slow',
        status: 'open',
        source: 'manual',
        severity: 'medium',
        assignedAgents: [],
        rootCause: null,
        recommendedActions: [],
      });
      const again = await api.get(`/v1/incidents/${String(body.incidentId)}`);
      expect(again).toMatchObject({ status: 200, body });
    });

    it('is for members too', async () => {
      const byMember = apiOf(server.address, await member());
      expect(await byMember.openIncident({ severity: 'critical' })).toMatch(/^inc_/);
    });

    it.each([
      [{}, 'title'],
      [{ title: 'x' }, 'description'],
      [{ title: ' ', description: 'Long enough.' }, 'title'],
      [{ title: 'x', description: 'too short' }, 'description'],
      [{ title: 'x', description: 'x'.repeat(4_001) }, 'description'],
      [{ title: 'x', description: 'Long enough.', severity: 'urgent' }, 'severity'],
      [{ title: 7, description: 'Long enough.' }, 'title'],
    ])('refuses %j and names what is wrong', async (fields, path) => {
      const { status, body } = await api.post('/v1/incidents/chat', fields);
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: 'validation_error', message: expect.stringContaining(path) });
    });

    it('takes a description of 10 and of 4,000 characters', async () => {
      await api.openIncident({ description: 'x'.repeat(10) });
      await api.openIncident({ description: 'x'.repeat(4_000) });
    });

    it.each([
      ['{', 400, 'validation_error'],
      ['[]', 400, 'validation_error'],
      ['null', 400, 'validation_error'],
      ['"text"', 400, 'validation_error'],
      ['{"__proto__":{"title":"x"}}', 400, 'validation_error'],
      [JSON.stringify({ title: 'x', description: 'x'.repeat(300_000) }), 413, 'payload_too_large'],
    ])('refuses the body %.30s', async (text, status, error) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await request(server.address, 'POST', '/v1/incidents/chat', {
        token: await admin(),
        headers,
        text,
      });
      expect(answer).toMatchObject({ status, body: { error, message: expect.any(String) } });
    });

    it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
      'refuses a body of type %s with 415',
      async (type) => {
        const answer = await request(server.address, 'POST', '/v1/incidents/chat', {
          token: await admin(),
          headers: { 'content-type': type },
          text: 'title=x',
        });
        expect(answer).toMatchObject({ status: 415, body: { error: 'unsupported_media_type' } });
      },
    );
  });

  describe('changing a status', () => {
    it('answers with the incident, and tells the tenant once', async () => {
      const incidentId = await api.openIncident();
      const listener = await connect(`${server.address}/v1/connect`, bearer(await member()));
      await listener.call('notifications.subscribe');
      for (const _ of range(2)) {
        const { status, body } = await api.patch(`/v1/incidents/${incidentId}`, { status: 'triaging' });
        expect(status).toBe(200);
        expect(IncidentDetail.parse(body)).toMatchObject({ incidentId, status: 'triaging' });
      }
      await api.patch(`/v1/incidents/${incidentId}`, { status: 'closed' });
      await listener.next(({ params }) => params?.newStatus === 'closed');
      const changes = listener.messages.filter(({ method }) => method === 'incident.status_changed');
      expect(changes.map(({ params }) => [params?.previousStatus, params?.newStatus])).toEqual([
        ['open', 'triaging'],
        ['triaging', 'closed'],
      ]);
      listener.close();
    });

    it('refuses what is no status', async () => {
      const incidentId = await api.openIncident();
      for (const body of [{ status: 'done' }, {}, { status: null }]) {
        expect(await api.patch(`/v1/incidents/${incidentId}`, body)).toMatchObject({
          status: 400,
          body: { error: 'validation_error' },
        });
      }
    });
  });

  it('answers alike to an incident that is not and to one of another tenant', async () => {
    const incidentId = await api.openIncident();
    for (const path of ['incidents/ID', 'investigation/ID', 'investigation/ID/events', 'triage/ID/evidence']) {
      const foreign = await theirs.get(`/v1/${path.replace('ID', incidentId)}`);
      const unknown = await theirs.get(`/v1/${path.replace('ID', 'inc_unknown')}`);
      expect(foreign).toMatchObject({ status: 404, body: { error: 'incident_not_found' } });
      expect(foreign.body).toEqual(unknown.body);
    }
    expect((await theirs.get(`/v1/remediation/${incidentId}`)).status).toBe(404);
    expect((await theirs.patch(`/v1/incidents/${incidentId}`, { status: 'closed' })).status).toBe(404);
    expect((await theirs.post(`/v1/investigation/${incidentId}`)).status).toBe(404);
    expect((await api.get(`/v1/incidents/${incidentId}`)).body.status).toBe('open');
  });

  describe('the list', () => {
    let own: ServerProcess;
    let listApi: Api;
    const ids: string[] = [];
    beforeAll(async () => {
      own = await startServer();
      listApi = apiOf(own.address, await admin());
      const severities = ['critical', 'high', 'medium', 'low', 'info'];
      for (const number of range(25, 0)) {
        ids.push(await listApi.openIncident({ severity: severities[number % 5] ?? 'info' }));
      }
      await listApi.patch(`/v1/incidents/${ids[3] ?? ''}`, { status: 'resolved' });
    });
    afterAll(() => own.stop());

    const pagesOf = async (query: string, between: () => Promise<void> = async () => undefined) => {
      const seen: string[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await list(`?${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, listApi);
        seen.push(...page.incidents.map(({ incidentId }) => incidentId));
        cursor = page.cursor;
        await between();
      } while (cursor);
      return seen;
    };

    it('has the newest 20 first, and how many there are', async () => {
      const page = await list('', listApi);
      expect(page.incidents.map(({ incidentId }) => incidentId)).toEqual([...ids].reverse().slice(0, 20));
      expect(page.count).toBe(25);
      expect(page.cursor).toEqual(expect.any(String));
    });

    it('can be had from the oldest on, by status and by severity', async () => {
      expect(await pagesOf('order=asc&sort=createdAt&limit=100')).toEqual(ids);
      expect(await pagesOf('severity=high&order=asc')).toEqual(ids.filter((_, index) => index % 5 === 1));
      expect(await pagesOf('status=resolved')).toEqual([ids[3]]);
      expect(await pagesOf('status=open&severity=low')).toHaveLength(4);
      expect(await pagesOf('status=closed')).toEqual([]);
    });

    it('comes in pages that neither repeat nor leave out anything', async () => {
      expect(await pagesOf('limit=7')).toEqual([...ids].reverse());
      expect(await pagesOf('limit=1&order=asc')).toEqual(ids);
      expect(await pagesOf('limit=2&severity=high&order=asc')).toEqual(ids.filter((_, index) => index % 5 === 1));
    });

    it('is stable while incidents are opened', async () => {
      const before = [...ids];
      const seen = await pagesOf('limit=4', async () => {
        ids.push(await listApi.openIncident());
      });
      expect(seen).toEqual(before.reverse());
      const known = [...ids];
      let opened = 0;
      const ascending = await pagesOf('limit=4&order=asc', async () => {
        opened += 1;
        if (opened <= 3) ids.push(await listApi.openIncident());
      });
      expect(ascending.slice(0, known.length)).toEqual(known);
      expect(ascending).toEqual(ids);
    });

    it.each([
      'cursor=nonsense',
      'cursor=e30',
      'cursor=WzFd',
      'limit=0',
      'limit=101',
      'limit=x',
      'limit=1.5',
      'order=up',
      'sort=title',
      'severity=urgent',
      'status=done',
    ])('refuses %s', async (query) => {
      expect(await listApi.get(`/v1/incidents?${query}`)).toMatchObject({
        status: 400,
        body: { error: 'validation_error', message: expect.any(String) },
      });
    });

    it('is of one tenant', async () => {
      expect((await list('', apiOf(own.address, await stranger()))).count).toBe(0);
    });

    it('is in order of time, whatever zone an agent writes it in', async () => {
      const monitor = await connect(`${own.address}/v1/connect`, withKey(AGENT_KEY));
      const open = async (timestamp: string) =>
        (await monitor.call('incident.created', { title: 'x', timestamp })).incidentId;
      const second = await open('2020-01-01T09:00:00+05:00');
      const first = await open('2020-01-01T03:00:00Z');
      expect((await pagesOf('order=asc&limit=100')).slice(0, 2)).toEqual([first, second]);
      monitor.close();
    });
  });

  describe('an investigation', () => {
    it('starts when it is asked for, and says whether anybody takes it up', async () => {
      const incidentId = await api.openIncident();
      const queued = await api.post(`/v1/investigation/${incidentId}`);
      expect(queued).toMatchObject({
        status: 200,
        body: { incidentId, status: 'investigating', agentsDispatched: expect.any(Array), message: expect.any(String) },
      });
      await agent.call('dispatch.subscribe');
      await agent.next(
        ({ method, params }) => method === 'investigation.dispatched' && params?.incidentId === incidentId,
      );
      await agent.call('agent.status', { incidentId, agentName: 'Probe', role: 'logs', status: 'running' });
      await expect
        .poll(async () => (await api.get(`/v1/incidents/${incidentId}`)).body)
        .toMatchObject({
          status: 'investigating',
          assignedAgents: ['Probe'],
        });
    });

    it('started twice at once is dispatched once', async () => {
      const incidentId = await api.openIncident();
      await agent.call('dispatch.subscribe');
      await Promise.all(range(5).map(() => api.post(`/v1/investigation/${incidentId}`)));
      const marker = await api.openIncident();
      await api.post(`/v1/investigation/${marker}`);
      const isDispatch = (id: string) => (message: { method?: string; params?: Record<string, unknown> }) =>
        message.method === 'investigation.dispatched' && message.params?.incidentId === id;
      await agent.next(isDispatch(marker));
      expect(agent.messages.filter(isDispatch(incidentId))).toHaveLength(1);
    });

    it('may be started by a client that names a type for the body that it does not send', async () => {
      const incidentId = await api.openIncident();
      const status = await new Promise<number | undefined>((resolve, reject) => {
        admin().then((token) => {
          const headers = { ...bearer(token), 'content-type': 'application/json', 'content-length': '0' };
          const url = `${server.address}/v1/investigation/${incidentId}`;
          httpRequest(url, { method: 'POST', headers }, (response) => {
            response.resume();
            resolve(response.statusCode);
          })
            .on('error', reject)
            .end();
        }, reject);
      });
      expect(status).toBe(200);
    });

    it('has its results', async () => {
      const incidentId = await api.openIncident();
      const nothing = await api.get(`/v1/investigation/${incidentId}`);
      expect(InvestigationResults.parse(nothing.body)).toMatchObject({
        rootCause: null,
        confidence: 0,
        evidence: [],
        recommendedActions: [],
      });
      await agent.call('agent.status', { incidentId, agentName: 'Probe', role: 'log analyst', status: 'running' });
      await agent.call('evidence.collected', {
        incidentId,
        evidence: { evidenceId: 'evi_1', type: 'log', source: 'app', summary: 'Timeouts', agentName: 'Probe' },
      });
      await agent.call('investigation.completed', {
        incidentId,
        rootCause: 'A missing index',
        confidence: 0.8,
        recommendedActions: ['Add it'],
      });
      const { status, body } = await api.get(`/v1/investigation/${incidentId}`);
      expect(status).toBe(200);
      expect(InvestigationResults.parse(body)).toMatchObject({
        incidentId,
        rootCause: 'A missing index',
        confidence: 0.8,
        evidence: [{ agentRole: 'log analyst', content: 'Timeouts' }],
        recommendedActions: ['Add it'],
      });
      expect((await api.get(`/v1/incidents/${incidentId}`)).body).toMatchObject({
        rootCause: 'A missing index',
        recommendedActions: ['Add it'],
        assignedAgents: ['Probe'],
      });
    });

    it('survives a restart with all that is derived from it', async () => {
      const incidentId = await api.openIncident({ title: 'Kept' });
      await agent.call('investigation.progress', progress(incidentId, 'x'));
      await expect.poll(async () => (await api.get(`/v1/incidents/${incidentId}`)).body.status).toBe('investigating');
      const before = (await api.get(`/v1/incidents/${incidentId}`)).body;
      const countBefore = (await list()).count;
      await server.kill('SIGKILL');
      await server.restart();
      expect((await api.get(`/v1/incidents/${incidentId}`)).body).toEqual(before);
      expect((await list()).count).toBe(countBefore);
    });
  });
});
