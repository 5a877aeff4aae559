import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Append, type EventLog, LogUnavailable } from '../log/event-log.ts';
import { ACCESS_ROWS, type Row, type Things } from '../testing/access-rows.ts';
import { type Api, apiOf, request } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, bearer, secondAdmin, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { proposal, range } from '../testing/shared.ts';
import { callRow, makeThings, prepare } from '../testing/things.ts';

const changes = Object.entries(ACCESS_ROWS).filter(([call]) => !call.startsWith('GET '));
/** Less the one that appends nothing, and the one whose events have the ids that its body says. */
const acts = changes.filter(([call]) => call !== 'POST /v1/audit/verify' && call !== 'POST /v1/incidents/import');

/** What the server does by itself: its statuses, its news, its audit. */
const isByItself = ({ stream, events }: Append): boolean =>
  stream === '@audit' ||
  events.some(({ method, params }) => method.startsWith('approval.') || params.includes('"by":"system"'));

/** What somebody does next is stored, and answered as if it could not be. */
const losing = () => {
  let isNextLost = false;
  return {
    loseNext(): void {
      isNextLost = true;
    },
    logAs: (log: EventLog): EventLog => ({
      ...log,
      async append(append) {
        const isLost = isNextLost && !isByItself(append);
        if (isLost) isNextLost = false;
        const stored = await log.append(append);
        if (isLost) throw new LogUnavailable('the acknowledgement did not come');
        return stored;
      },
    }),
  };
};

/** An answer, but for the ids and times in it. */
const masked = (text: string): string =>
  text.replaceAll(/\b[a-z]{3}_[0-9A-Z]{26}\b/g, 'id').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');

describe('a change with an Idempotency-Key', () => {
  let app: InProcess;
  let agent: RpcClient;
  let ana: Api;
  let keys = 0;
  const { loseNext, logAs } = losing();
  beforeAll(async () => {
    app = await startInProcess({}, { logAs });
    agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
    ana = apiOf(app.address, await admin());
  });
  afterAll(async () => {
    agent.close();
    await app.stop();
  });

  const newKey = (): string => {
    keys += 1;
    return `change-${keys}`;
  };

  const send = async (call: string, things: Things, key: string, body: unknown) => {
    const headers = { ...bearer(await admin()), 'idempotency-key': key };
    const response = await callRow(app.address, call, things, headers, body);
    return {
      status: response.status,
      text: await response.text(),
      isRepeated: response.headers.get('idempotent-replayed') === 'true',
    };
  };

  /** What people leave: the incident's events, the audit, and how many incidents there are. Statuses follow later. */
  const traces = async ({ incidentId }: Things) => {
    const { body: history } = await ana.get(`/v1/investigation/${incidentId}/events?limit=1000`);
    const { body: audit } = await ana.get(`/v1/audit?limit=100&incidentId=${incidentId}`);
    const { body: list } = await ana.get('/v1/incidents');
    return {
      events: (history.items as { method: string }[]).map(({ method }) => method),
      audit: (audit.items as { action: string; actorType: string }[])
        .filter(({ actorType }) => actorType === 'user')
        .map(({ action }) => action)
        .sort(),
      incidents: Number(list.count),
    };
  };

  const begin = async (row: Row): Promise<Things> => {
    const things = await makeThings(app.address, agent, row);
    await prepare(app.address, row, things);
    return things;
  };

  /** What it leaves where it is sent once: on other things, and with no key. */
  const single = async (call: string, row: Row) => {
    const things = await begin(row);
    const { incidents } = await traces(things);
    const response = await callRow(app.address, call, things, bearer(await admin()), row.body?.(things));
    expect(response.status).toBe(row.ok);
    const left = await traces(things);
    return { ...left, incidents: left.incidents - incidents, answer: masked(await response.text()) };
  };

  it.each(changes)('%s has one effect and one answer, and is refused with another body', async (call, row) => {
    const { answer: _, ...once } = await single(call, row);
    const things = await begin(row);
    const { incidents } = await traces(things);
    const body = row.body?.(things);
    const other = typeof body === 'string' ? `${body}\n` : { ...(body ?? {}), another: true };
    const key = newKey();
    const first = await send(call, things, key, body);
    expect(first).toMatchObject({ status: row.ok, isRepeated: false });
    for (const _ of range(2)) {
      expect(await send(call, things, key, body)).toEqual({ ...first, isRepeated: true });
      const refusal = await send(call, things, key, other);
      expect(refusal.status).toBe(422);
      expect(JSON.parse(refusal.text)).toEqual({ error: 'idempotency_key_reused', message: expect.any(String) });
    }
    const left = await traces(things);
    expect({ ...left, incidents: left.incidents - incidents }).toEqual(once);
  });

  it.each(changes)('%s has one effect where it is sent many times at once', async (call, row) => {
    const { answer: _, ...once } = await single(call, row);
    const things = await begin(row);
    const { incidents } = await traces(things);
    const body = row.body?.(things);
    const key = newKey();
    const answers = await Promise.all(range(4).map(() => send(call, things, key, body)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers.filter(({ isRepeated }) => !isRepeated)).toMatchObject([{ status: row.ok }]);
    const left = await traces(things);
    expect({ ...left, incidents: left.incidents - incidents }).toEqual(once);
  });

  it.each(acts)('%s has one effect, and its answer, where it was stored but not acknowledged', async (call, row) => {
    const { answer, ...once } = await single(call, row);
    const things = await begin(row);
    const { incidents } = await traces(things);
    const body = row.body?.(things);
    const key = newKey();
    loseNext();
    expect(await send(call, things, key, body)).toMatchObject({ status: 503, isRepeated: false });
    const second = await send(call, things, key, body);
    expect({ ...second, text: masked(second.text) }).toEqual({ status: row.ok, text: answer, isRepeated: false });
    const left = await traces(things);
    expect({ ...left, incidents: left.incidents - incidents }).toEqual(once);
  });

  it('is answered as the plan was then, where a second admin has approved it since', async () => {
    const incidentId = await ana.openIncident();
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_two', { approvalsRequired: 2 }));
    const options = { token: await admin(), headers: { 'idempotency-key': newKey() } };
    const approve = () => request(app.address, 'POST', '/v1/remediation/rem_two/approve', options);
    loseNext();
    expect((await approve()).status).toBe(503);
    const bea = apiOf(app.address, await secondAdmin());
    expect((await bea.post('/v1/remediation/rem_two/approve')).body).toMatchObject({ status: 'approved' });
    expect(await approve()).toMatchObject({ status: 200, body: { status: 'proposed', approvals: 1 } });
  });
});
