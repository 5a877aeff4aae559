import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, apiOf } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, stranger, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { range } from '../testing/shared.ts';

/** The lists of the API: where their rows and their cursor are, and what a row is known by. */
const LISTS = {
  'GET /v1/incidents': { items: 'incidents', cursor: 'cursor', id: 'incidentId', most: 100 },
  'GET /v1/audit': { items: 'items', cursor: 'nextCursor', id: 'auditId', most: 100 },
  'GET /v1/triage/{incidentId}/evidence': { items: 'items', cursor: 'nextCursor', id: 'evidenceId', most: 200 },
} as const;
type Call = keyof typeof LISTS;
const calls = Object.keys(LISTS) as Call[];

let app: InProcess;
let api: Api;
let agent: RpcClient;
let incidentId: string;
let collected = 0;

const collect = async (type = 'log', number = ++collected): Promise<string> => {
  const evidenceId = `evi_${number}`;
  await agent.call('evidence.collected', { incidentId, evidence: { evidenceId, type, source: 'app', summary: 'E' } });
  return evidenceId;
};

beforeAll(async () => {
  app = await startInProcess();
  api = apiOf(app.address, await admin());
  agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
  incidentId = await api.openIncident();
  for (const _ of range(11)) {
    await collect();
    await api.openIncident();
  }
});
afterAll(async () => {
  agent.close();
  await app.stop();
});

const read = async (call: Call, query: string, of = api) => {
  const path = `${call.slice(4).replace('{incidentId}', incidentId)}?${query}`;
  const { status, body } = await of.get(path);
  const { items, cursor, id } = LISTS[call];
  const rows = Array.isArray(body[items]) ? body[items] : [];
  const next = body[cursor];
  return { status, body, ids: rows.map((row) => String(row[id])), next: typeof next === 'string' ? next : undefined };
};

/** All rows, page by page; between two pages the list is changed. */
const readAll = async (call: Call, query: string, change: (lastId: string, page: number) => Promise<unknown>) => {
  const ids: string[] = [];
  let next: string | undefined;
  for (let page = 1; page === 1 || next !== undefined; page += 1) {
    const answer = await read(call, `${query}${next === undefined ? '' : `&cursor=${next}`}`);
    expect(answer.status).toBe(200);
    ids.push(...answer.ids);
    next = answer.next;
    if (page <= 4) await change(answer.ids.at(-1) ?? '', page);
  }
  return ids;
};

describe('a cursor', () => {
  it.each(calls)('of %s is refused with 400 where no page ended at it', async (call) => {
    const { next = '' } = await read(call, 'limit=2');
    const key: unknown[] = JSON.parse(Buffer.from(next, 'base64url').toString());
    const forge = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unknown = key.map((_, index) => (index === 0 ? '2026-01-01T00:00:00.000Z' : 'inc_none'));
    const wrong = ['', 'nonsense', '%00', `${next}!`, `${next}AA`, forge(unknown), forge([...key, 'x']), forge(7)];
    for (const cursor of [...wrong, forge(key.map((part) => `${part}x`)), forge(key.map(() => null)), forge({ key })]) {
      expect(await read(call, `limit=2&cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { error: 'validation_error', message: expect.stringContaining('cursor') },
      });
    }
    expect((await read(call, `limit=2&cursor=${next}`)).status).toBe(200);
  });

  it.each(['GET /v1/incidents', 'GET /v1/audit'] as const)(
    'of %s is another tenant’s no more than its rows',
    async (call) => {
      const { next } = await read(call, 'limit=2');
      expect(await read(call, `cursor=${next}`, apiOf(app.address, await stranger()))).toMatchObject({
        status: 400,
        body: { error: 'validation_error' },
      });
    },
  );

  it.each(calls)('of %s comes with 20 rows unless a limit from 1 to the most is asked for', async (call) => {
    const { most } = LISTS[call];
    for (const limit of ['0', '-1', '1.5', 'x', '', String(most + 1)]) {
      expect(await read(call, `limit=${limit}`)).toMatchObject({
        status: 400,
        body: { error: 'validation_error', message: expect.stringContaining('limit') },
      });
    }
    expect((await read(call, 'limit=1')).ids).toHaveLength(1);
    expect((await read(call, `limit=${most}`)).status).toBe(200);
    const { ids } = await read(call, `limit=${most}`);
    expect((await read(call, '')).ids).toEqual(ids.slice(0, 20));
  });
});

describe('a list that is read while it changes', () => {
  it.each(['asc', 'desc'])('GET /v1/incidents in order %s has every row once', async (order) => {
    const { ids: before } = await read('GET /v1/incidents', `order=${order}&limit=100`);
    const seen = await readAll('GET /v1/incidents', `order=${order}&limit=3`, async (last) => {
      await Promise.all([api.openIncident(), api.patch(`/v1/incidents/${last}`, { status: 'triaging' })]);
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => before.includes(id))).toEqual(before);
  });

  it('GET /v1/incidents goes on after a row that no longer matches what was asked for', async () => {
    const { ids: before } = await read('GET /v1/incidents', 'status=open&limit=100');
    expect(before.length).toBeGreaterThan(6);
    const seen = await readAll('GET /v1/incidents', 'status=open&limit=2', (last) =>
      api.patch(`/v1/incidents/${last}`, { status: 'closed' }),
    );
    expect(seen).toEqual(before);
  });

  it('GET /v1/audit has every row once', async () => {
    const { ids: before } = await read('GET /v1/audit', 'limit=100');
    const seen = await readAll('GET /v1/audit', 'limit=5', (_, page) =>
      Promise.all([
        api.openIncident(),
        api.patch(`/v1/incidents/${incidentId}`, { status: page % 2 ? 'open' : 'triaging' }),
      ]),
    );
    expect(seen).toEqual(before);
  });

  it('GET /v1/triage/{incidentId}/evidence has every row once, and what was collected meanwhile', async () => {
    const { ids: before } = await read('GET /v1/triage/{incidentId}/evidence', 'limit=200');
    const added: string[] = [];
    const seen = await readAll('GET /v1/triage/{incidentId}/evidence', 'limit=3', async () => {
      added.push(await collect());
    });
    expect(seen).toEqual([...before, ...added]);
  });

  it('GET /v1/triage/{incidentId}/evidence goes on after an item that was collected again as another type', async () => {
    const { ids: before } = await read('GET /v1/triage/{incidentId}/evidence', 'type=log&limit=200');
    const seen = await readAll('GET /v1/triage/{incidentId}/evidence', 'type=log&limit=2', (last) =>
      collect('metric', Number(last.slice(4))),
    );
    expect(seen).toEqual(before);
  });
});
