import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type Line, recordWith, sealed } from '../testing/sealed-record.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, proposal, publishMany } from '../testing/shared.ts';

describe('the record of an incident', () => {
  let server: ServerProcess;
  let ana: Api;
  let zoe: Api;
  let token: string;
  let agent: RpcClient;
  let incidentId: string;

  beforeAll(async () => {
    server = await startServer();
    token = await admin();
    ana = apiOf(server.address, token);
    zoe = apiOf(server.address, await stranger());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });
  beforeEach(async () => {
    incidentId = await ana.openIncident({ title: 'Checkout is slow', severity: 'high' });
    await agent.call('investigation.progress', progress(incidentId, 'Looking ☃'));
    await agent.call('investigation.completed', {
      incidentId,
      rootCause: 'The index is gone.',
      confidence: 0.9,
      recommendedActions: ['Put it back'],
    });
  });

  const exported = async (id = incidentId, by = token) => {
    const response = await fetch(`${server.address}/v1/incidents/${id}/export`, { headers: bearer(by) });
    return { response, text: await response.text() };
  };
  const linesOf = (text: string): Line[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const importAs = (by: string, text: string, type = 'application/x-ndjson') =>
    request(server.address, 'POST', '/v1/incidents/import', { token: by, headers: { 'content-type': type }, text });

  it('is a file of one line for each event, from the incident to a digest over all', async () => {
    const { response, text } = await exported();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${incidentId}.jsonl"`);
    const lines = linesOf(text);
    expect(lines[0]).toMatchObject({ type: 'incident', incidentId, title: 'Checkout is slow', severity: 'high' });
    expect(lines.slice(1, -1).map(({ method }) => method)).toEqual([
      'investigation.progress',
      'investigation.completed',
    ]);
    expect(sealed(lines.slice(0, -1))).toBe(text);
  });

  it('is a postmortem draft as Markdown', async () => {
    const response = await fetch(`${server.address}/v1/incidents/${incidentId}/export?format=markdown`, {
      headers: bearer(token),
    });
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/markdown');
    expect(text).toContain('Checkout is slow');
    expect(text).toContain('The index is gone.');
    expect((await ana.get(`/v1/incidents/${incidentId}/export?format=pdf`)).status).toBe(400);
  });

  it('is the tenant’s own', async () => {
    expect(await zoe.get(`/v1/incidents/${incidentId}/export`)).toMatchObject({
      status: 404,
      body: { error: 'incident_not_found' },
    });
    expect((await importAs('nobody', '')).status).toBe(401);
  });

  it('comes back as a finished incident with every event as it was', async () => {
    await publishMany(agent, incidentId, 450);
    const { text } = await exported();
    const { status, body } = await importAs(await stranger(), text);
    expect({ status, body }).toMatchObject({ status: 201, body: { incidentId, events: 452, status: 'closed' } });
    expect((await zoe.get(`/v1/incidents/${incidentId}`)).body).toMatchObject({
      title: 'Checkout is slow',
      severity: 'high',
      status: 'closed',
      rootCause: 'The index is gone.',
      createdAt: linesOf(text)[0]?.createdAt,
    });
    const again = linesOf((await exported(incidentId, await stranger())).text);
    const withoutOrigin = again
      .slice(1, -1)
      .map(({ params: { importedAt: _, importedBy: __, ...params } = {}, ...line }) => ({ ...line, params }));
    expect(withoutOrigin).toEqual(linesOf(text).slice(1, -1));
  });

  it('becomes another incident where it exists already', async () => {
    const { text } = await exported();
    const { body } = await importAs(token, text);
    expect(body.incidentId).toMatch(/^inc_/);
    expect(body.incidentId).not.toBe(incidentId);
    expect((await ana.get(`/v1/incidents/${body.incidentId}`)).body).toMatchObject({ status: 'closed' });
    expect((await ana.get(`/v1/incidents/${incidentId}`)).body.status).not.toBe('closed');
  });

  it.each([
    ['a changed line', (lines: string[]) => lines.with(1, lines[1]?.replace('Looking', 'Nothing') ?? ''), 4],
    ['a line that was cut out', (lines: string[]) => lines.toSpliced(1, 1), 3],
    ['a line that is no JSON', (lines: string[]) => lines.with(2, '{'), 3],
    ['a line that is no event', (lines: string[]) => lines.with(1, '{"type":"event"}'), 2],
    ['no incident', (lines: string[]) => lines.slice(1), 1],
    ['no end', (lines: string[]) => lines.slice(0, -1), 3],
    ['nothing', () => [], 1],
  ])('with %s is refused with the number of the line', async (_, change, line) => {
    const { text } = await exported();
    const answer = await importAs(await stranger(), `${change(text.trimEnd().split('\n')).join('\n')}\n`);
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_error' } });
    expect(answer.body.message).toMatch(new RegExp(`^line ${line}: `));
    expect((await zoe.get(`/v1/incidents/${incidentId}`)).status).toBe(404);
  });

  it.each(['audit.recorded', 'access.refused', 'incident.created', 'investigation.dispatched', 'toString'])(
    'with %s among its events is refused: that is no event of an incident',
    async (method) => {
      const last = [method, { position: Number.MAX_SAFE_INTEGER, title: 'x', status: 'open' }] as const;
      const looking = ['investigation.progress', { agentName: 'Probe', message: 'Looking' }] as const;
      const answer = await importAs(await stranger(), recordWith(`inc_${method}`, [looking, last]));
      expect(answer).toMatchObject({ status: 400, body: { error: 'validation_error' } });
      expect(answer.body.message).toBe(`line 3: “${method}” is no event of an incident`);
      expect((await zoe.get(`/v1/incidents/inc_${method}`)).status).toBe(404);
    },
  );

  it('nests no deeper than what an agent may publish', async () => {
    const events = [['investigation.progress', { agentName: 'Probe', message: 'x', deep: 'DEEP' }]] as const;
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const answer = await importAs(await stranger(), recordWith('inc_deep', events).replace('"DEEP"', deep));
    expect(answer).toMatchObject({ status: 400, body: { message: 'line 2: must be an event' } });
  });

  it('of another type than lines of JSON is 415', async () => {
    const answer = await importAs(token, '{}', 'application/json');
    expect(answer).toMatchObject({ status: 415, body: { error: 'unsupported_media_type' } });
  });

  it('cannot write into streams that are ours', async () => {
    const { text } = await exported();
    const [head = {}, ...events] = linesOf(text).slice(0, -1);
    for (const name of ['@tenant', '@audit', '@']) {
      const { status, body } = await importAs(token, sealed([{ ...head, incidentId: name }, ...events]));
      expect(status).toBe(201);
      expect(body.incidentId).toMatch(/^inc_/);
    }
    const forged = events.map((line) => ({ ...line, params: { ...line.params, incidentId: '@tenant' } }));
    const { body } = await importAs(token, sealed([{ ...head, incidentId: 'inc_forged' }, ...forged]));
    const { items } = (await ana.get(`/v1/investigation/${body.incidentId}/events`)).body as {
      items: { params: Record<string, unknown> }[];
    };
    expect(items.map(({ params }) => params.incidentId)).toEqual(['inc_forged', 'inc_forged']);
  });

  it('with an undecided plan asks nobody to decide, and nothing follows from what it tells', async () => {
    await agent.call('remediation.proposed', proposal(incidentId, `rem_of_${incidentId}`));
    await expect.poll(async () => (await ana.get(`/v1/incidents/${incidentId}`)).body.status).toBe('awaiting_approval');
    const { text } = await exported();
    const person = await connect(`${server.address}/v1/connect`, bearer(await stranger()));
    await person.call('notifications.subscribe');
    expect((await importAs(await stranger(), text)).status).toBe(201);
    await person.next(({ method }) => method === 'incident.created');
    const other = await zoe.openIncident();
    await person.next(({ params }) => params?.incidentId === other);
    const told = person.messages.filter(({ params }) => params?.incidentId === incidentId);
    expect(told.map(({ method }) => method)).toEqual(['incident.created']);
    expect((await zoe.get('/v1/notifications/approvals/pending')).body.total).toBe(0);
    await server.restart();
    expect((await zoe.get('/v1/notifications/approvals/pending')).body.total).toBe(0);
    expect((await zoe.get(`/v1/incidents/${incidentId}`)).body.status).toBe('closed');
    const { items } = (await zoe.get('/v1/audit?limit=100')).body as {
      items: { action: string; incidentId: string }[];
    };
    const entries = items.filter((item) => item.incidentId === incidentId);
    expect(entries.map(({ action }) => action)).toEqual(['incident.created']);
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    person.close();
  });
});
