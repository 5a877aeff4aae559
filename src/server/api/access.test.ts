import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../protocol/ids.ts';
import { ACCESS_ROWS, pathOf, type Row, type Things } from '../testing/access-rows.ts';
import { apiOf, request } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { type AnswerCheck, readDocumentedAnswers } from '../testing/documented-answers.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import {
  AGENT_KEY,
  admin,
  bearer,
  expired,
  member,
  OTHER_AGENT_KEY,
  signed,
  stranger,
  unsigned,
  withKey,
} from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { makeThings, prepare } from '../testing/things.ts';

type Answer = { status: number; headers: Record<string, string>; text: string };

/** Different in any two answers, whatever they are about. */
const PASSING = ['date', 'x-request-id', 'x-ratelimit-remaining', 'x-ratelimit-reset'];

const rows = Object.entries(ACCESS_ROWS);

describe('every call of the API', () => {
  let app: InProcess;
  let agent: RpcClient;
  let ana: ReturnType<typeof apiOf>;
  /** Every answer is one that the API's own document tells of. */
  let checkAnswer: AnswerCheck;
  /** For all that changes nothing. */
  let standing: Things;
  beforeAll(async () => {
    app = await startInProcess();
    agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
    ana = apiOf(app.address, await admin());
    checkAnswer = await readDocumentedAnswers(app.address);
    standing = await make();
  });
  afterAll(async () => {
    agent.close();
    await app.stop();
  });

  const make = (row?: Row): Promise<Things> => makeThings(app.address, agent, row);
  const ghost = (things: Things): Things => {
    const incidentId = newId('inc');
    return {
      incidentId,
      remediationId: newId('rem'),
      approvalId: newId('apr'),
      auditId: newId('aud'),
      record: things.record,
    };
  };

  const ask = async (call: string, row: Row, things: Things, headers: Record<string, string>): Promise<Answer> => {
    const body = row.body?.(things);
    const abort = new AbortController();
    const response = await fetch(app.address + pathOf(call, things), {
      method: call.split(' ', 1)[0] ?? '',
      headers: {
        ...(body === undefined
          ? {}
          : { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: abort.signal,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const text = isStream ? '' : await response.text();
    if (isStream) abort.abort();
    checkAnswer(call, { status: response.status, type: response.headers.get('content-type') ?? '', text });
    return { status: response.status, headers: Object.fromEntries(response.headers), text };
  };

  /** All that an answer says, but for the ids that were asked for. */
  const withoutIds = ({ status, headers, text }: Answer, things: Things): unknown => {
    const ids = [things.incidentId, things.remediationId, things.approvalId, things.auditId];
    const blank = (value: string): string => ids.reduce((result, id) => result.replaceAll(id, '<id>'), value);
    const kept = Object.entries(headers).filter(([name]) => !PASSING.includes(name));
    return { status, headers: kept.map(([name, value]) => [name, blank(value)]), text: blank(text) };
  };

  const cookieOf = async (token: string): Promise<Record<string, string>> => {
    const browser = openBrowser(app.address);
    await browser.signIn(token);
    return { cookie: browser.cookie() };
  };
  const ticketOf = async (): Promise<string> => {
    const browser = openBrowser(app.address);
    await browser.signIn(await admin());
    return browser.ticket();
  };
  const own = () => ({ origin: app.address });

  it('has a row in the matrix, and the matrix has no other', async () => {
    const { body } = await request(app.address, 'GET', '/openapi.json');
    const calls = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(Object.keys(ACCESS_ROWS).sort()).toEqual(calls.sort());
  });

  it('is described, or is one of those that need no tenant', async () => {
    const known = Object.keys(ACCESS_ROWS).map((call) => call.replaceAll(/\{(\w+)\}/g, ':$1'));
    const others = app.routes().filter((call) => !known.includes(call));
    expect(others.sort()).toEqual([
      'GET /auth/session',
      'GET /docs',
      'GET /docs/style.css',
      'GET /healthz',
      'GET /metrics',
      'GET /openapi.json',
      'GET /readyz',
      'GET /v1/connect',
      'POST /auth/demo',
      'POST /auth/renew',
      'POST /auth/sign-out',
      'POST /auth/ticket',
      'POST /auth/token',
    ]);
  });

  const nobodies: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
    ['no credentials', async () => ({})],
    ['a token that is none', async () => bearer('nonsense')],
    ['a token of somebody else’s making', async () => bearer(await signed({}, 'another-secret-0123456789abcdef01'))],
    ['an unsigned token', async () => bearer(unsigned())],
    ['an expired token', async () => bearer(await expired())],
    ['a token with no role that we know', async () => bearer(await signed({ roles: ['owner'] }))],
    ['an agent key', async () => withKey(AGENT_KEY)],
    ['an agent key as a token', async () => bearer(AGENT_KEY)],
    ['an agent key of another tenant', async () => withKey(OTHER_AGENT_KEY)],
    ['a ticket', async () => bearer(await ticketOf())],
    ['a cookie that is none', async () => ({ ...own(), cookie: 'causeflow_session=nonsense' })],
    ['a ticket for a cookie', async () => ({ ...own(), cookie: `causeflow_session=${await ticketOf()}` })],
    [
      'a bad token beside a good cookie',
      async () => ({ ...own(), ...(await cookieOf(await admin())), ...bearer('no') }),
    ],
  ];
  it.each(nobodies)('answers 401 to %s, whether or not there is what it asks for', async (_, credentials) => {
    const headers = await credentials();
    for (const [call, row] of rows) {
      const answers = [];
      for (const about of [standing, ghost(standing)]) {
        const answer = await ask(call, row, about, headers);
        expect(`${call} ${answer.status}`).toBe(`${call} 401`);
        expect(JSON.parse(answer.text)).toEqual({ error: 'unauthorized', message: expect.any(String) });
        answers.push(withoutIds(answer, about));
      }
      expect(answers[0]).toEqual(answers[1]);
    }
  });

  const people: readonly (readonly [string, 'member' | 'admin', () => Promise<Record<string, string>>])[] = [
    ['a member', 'member', async () => bearer(await member())],
    ['an admin', 'admin', async () => bearer(await admin())],
    ['a member with a session', 'member', async () => ({ ...own(), ...(await cookieOf(await member())) })],
    ['an admin with a session', 'admin', async () => ({ ...own(), ...(await cookieOf(await admin())) })],
  ];
  it.each(people)('does for %s what the contract says, and no more', async (_, role, credentials) => {
    const headers = await credentials();
    for (const [call, row] of rows) {
      const isAllowed = role === 'admin' || row.who === 'everybody';
      const isRead = call.startsWith('GET');
      const things = isRead || !isAllowed ? standing : await make(row);
      if (isAllowed) await prepare(app.address, row, things);
      if (!isAllowed) {
        const [there, absent] = [await ask(call, row, things, headers), await ask(call, row, ghost(things), headers)];
        expect(`${call} ${there.status}`).toBe(`${call} 403`);
        expect(JSON.parse(there.text)).toEqual({ error: 'forbidden', message: expect.any(String) });
        expect({ ...absent, headers: null }).toEqual({ ...there, headers: null });
        continue;
      }
      if (row.missing !== undefined) {
        const absent = await ask(call, row, ghost(things), headers);
        expect(`${call} ${absent.status}`).toBe(`${call} 404`);
        expect(JSON.parse(absent.text)).toEqual({ error: row.missing, message: expect.any(String) });
      }
      const answer = await ask(call, row, things, headers);
      expect(`${call} ${answer.status}`).toBe(`${call} ${row.ok}`);
    }
  });

  it('answers a member of another tenant, admin there, as if there were nothing', async () => {
    const things = standing;
    const secrets = [things.incidentId, things.remediationId, things.approvalId, things.auditId, 'ana@a.example'];
    for (const credentials of [bearer(await stranger()), { ...own(), ...(await cookieOf(await stranger())) }]) {
      for (const [call, row] of rows) {
        // It brings a record with the incident's id, and makes it an incident of its own tenant.
        if (call === 'POST /v1/incidents/import') continue;
        const nothing = ghost(things);
        const answer = await ask(call, row, things, credentials);
        const absent = await ask(call, row, nothing, credentials);
        expect(`${call} ${answer.status}`).toBe(`${call} ${row.missing === undefined ? row.ok : 404}`);
        if (row.missing !== undefined) expect(JSON.parse(answer.text).error).toBe(row.missing);
        if (call === 'POST /v1/incidents/chat' || call === 'GET /v1/relay/status') continue;
        const isOverview = row.missing === undefined && call.startsWith('GET');
        if (!isOverview) expect(withoutIds(answer, things)).toEqual(withoutIds(absent, nothing));
        else for (const secret of secrets) expect(answer.text).not.toContain(secret);
      }
    }
    expect((await ana.get(`/v1/remediation/${things.remediationId}`)).body.status).toBe('proposed');
    expect((await ana.get(`/v1/incidents/${things.incidentId}`)).body.status).not.toBe('triaging');
  });

  it('needs the dashboard’s origin from a session, for all that changes something', async () => {
    const things = standing;
    const cookie = await cookieOf(await admin());
    for (const [call, row] of rows) {
      const isRead = call.startsWith('GET');
      for (const origin of [undefined, 'null', 'https://evil.example', `${app.address}.evil.example`]) {
        const answer = await ask(call, row, things, { ...cookie, ...(origin === undefined ? {} : { origin }) });
        expect(`${call} ${origin} ${answer.status}`).toBe(`${call} ${origin} ${isRead ? 200 : 403}`);
        expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      }
    }
    expect((await ana.get(`/v1/remediation/${things.remediationId}`)).body.status).toBe('proposed');
  });

  it('takes a bearer token from wherever it comes: no page can know another’s', async () => {
    for (const origin of ['null', 'https://evil.example']) {
      const answer = await request(app.address, 'POST', '/v1/incidents/chat', {
        token: await member(),
        headers: { origin },
        body: { title: 'From a script', description: 'Somebody’s own page opens this.' },
      });
      expect(answer.status).toBe(201);
    }
  });

  it('remembers the answer to an Idempotency-Key for that person of that tenant only', async () => {
    const body = { title: 'Opened once', description: 'Whoever asks again gets the same.' };
    const headers = { 'idempotency-key': 'the-same-key' };
    const open = async (token: string) => request(app.address, 'POST', '/v1/incidents/chat', { token, headers, body });
    const [first, again, other] = [await open(await admin()), await open(await admin()), await open(await stranger())];
    expect(again.body.incidentId).toBe(first.body.incidentId);
    expect(other.body.incidentId).not.toBe(first.body.incidentId);
    expect(other.headers.has('idempotent-replayed')).toBe(false);
  });

  it('keeps two tenants apart that use the same ids', async () => {
    const things = await make();
    const zoe = bearer(await stranger());
    const imported = await fetch(`${app.address}/v1/incidents/import`, {
      method: 'POST',
      headers: { ...zoe, 'content-type': 'application/x-ndjson' },
      body: things.record,
    });
    expect(await imported.json()).toMatchObject({ incidentId: things.incidentId, status: 'closed' });
    await agent.call('investigation.progress', { incidentId: things.incidentId, agentName: 'Probe', message: 'later' });
    const events = await fetch(`${app.address}/v1/investigation/${things.incidentId}/events`, { headers: zoe });
    expect(await events.text()).not.toContain('later');
    await fetch(`${app.address}/v1/remediation/${things.remediationId}/reject`, { method: 'POST', headers: zoe });
    expect((await ana.get(`/v1/remediation/${things.remediationId}`)).body.status).toBe('proposed');
  });
});
