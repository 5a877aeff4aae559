import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EvidencePage, History } from '../../protocol/api.ts';
import { makeVersion1 } from '../log/testing/version-1.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, range } from '../testing/shared.ts';

describe('what is recorded of an incident', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;
  let incidentId: string;

  const total = 60;
  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
    agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    incidentId = await api.openIncident();
    const types = ['log', 'metric', 'code_change'];
    for (const number of range(30)) {
      await agent.call(
        'investigation.progress',
        progress(incidentId, number === 7 ? 'Said "Écrasé" at 99%' : `step ${number}`, {
          agentName: number % 2 === 0 ? 'Even' : 'Odd',
          kind: number % 3 === 0 ? 'finding' : 'thought',
          ...(number === 9 ? { input: { statement: ['SELECT needle FROM haystack'] } } : {}),
        }),
      );
      await agent.call('evidence.collected', {
        incidentId,
        evidence: {
          evidenceId: `evi_${number}`,
          type: types[number % 3],
          source: 'app',
          summary: `E ${number}`,
          severity: 'high',
          timestamp: '2026-01-01T00:00:00Z',
          rawSnippet: 'raw',
          agentName: 'Odd',
        },
      });
    }
  });
  afterAll(async () => {
    agent.close();
    await server.stop();
  });

  const history = async (query = '') => {
    const { status, body } = await api.get(`/v1/investigation/${incidentId}/events${query}`);
    expect(status).toBe(200);
    return History.parse(body);
  };
  const seqs = async (query: string) => (await history(query)).items.map(({ params }) => params.seq);

  it('are its events in order, each as it was told, with the position', async () => {
    const { items, headSeq, total: counted, epoch } = await history();
    expect(items).toHaveLength(total);
    expect(items.map(({ params }) => params.seq)).toEqual(range(total));
    expect({ headSeq, counted }).toEqual({ headSeq: total, counted: total });
    const { result } = await agent.ask('investigation.subscribe', { incidentId });
    expect(epoch).toBe(result?.epoch);
    expect(items[0]).toMatchObject({
      method: 'investigation.progress',
      params: { incidentId, message: 'step 1', eventId: expect.any(String), timestamp: expect.any(String) },
    });
  });

  it('can be read from either side of a seq', async () => {
    expect(await seqs('?afterSeq=50')).toEqual(range(10, 51));
    expect(await seqs('?afterSeq=50&limit=3')).toEqual([51, 52, 53]);
    expect(await seqs('?afterSeq=60')).toEqual([]);
    expect(await seqs('?beforeSeq=11')).toEqual(range(10));
    expect(await seqs('?beforeSeq=11&limit=3')).toEqual([8, 9, 10]);
    expect(await seqs('?beforeSeq=1')).toEqual([]);
    expect(await seqs('?afterSeq=5&beforeSeq=9')).toEqual([6, 7, 8]);
    expect(await seqs('?limit=1')).toEqual([1]);
    expect(await seqs('?beforeSeq=9999&limit=2')).toEqual([59, 60]);
  });

  it('can be read by agent, kind and type', async () => {
    expect((await history('?agent=Even')).items).toHaveLength(15);
    expect((await history('?kind=finding')).items).toHaveLength(10);
    expect((await history('?type=evidence.collected')).items).toHaveLength(30);
    expect((await history('?agent=Even&kind=finding&limit=3')).items.map(({ params }) => params.message)).toEqual([
      'step 6',
      'step 12',
      'step 18',
    ]);
    expect(
      (await history('?agent=Even&kind=finding&beforeSeq=60&limit=2')).items.map(({ params }) => params.message),
    ).toEqual(['step 24', 'step 30']);
    expect((await history('?agent=Nobody')).items).toEqual([]);
  });

  it('can be searched for what was said, in any case and any depth, not for names of fields', async () => {
    const find = async (text: string) =>
      (await history(`?q=${encodeURIComponent(text)}`)).items.map(({ params }) => params.message);
    expect(await find('"ÉCRASÉ" at 99%')).toEqual(['Said "Écrasé" at 99%']);
    expect(await find('needle')).toEqual(['step 9']);
    expect(await find('agentName')).toEqual([]);
    expect(await find('step 1')).toHaveLength(11);
    expect(await find("'; DROP TABLE events; --")).toEqual([]);
  });

  it.each(['limit=0', 'limit=1001', 'afterSeq=-1', 'afterSeq=x', 'beforeSeq=0', `q=${'x'.repeat(201)}`])(
    'refuses to be read by %.20s',
    async (query) => {
      expect(await api.get(`/v1/investigation/${incidentId}/events?${query}`)).toMatchObject({
        status: 400,
        body: { error: 'validation_error' },
      });
    },
  );

  it('has the evidence, by type and in pages', async () => {
    const read = async (query: string) => {
      const { status, body } = await api.get(`/v1/triage/${incidentId}/evidence${query}`);
      expect(status).toBe(200);
      return EvidencePage.parse(body);
    };
    const first = await read('');
    expect(first.items).toHaveLength(20);
    expect(first.total).toBe(30);
    expect(first.items[0]).toMatchObject({
      evidenceId: 'evi_1',
      type: 'metric',
      source: 'app',
      summary: 'E 1',
      severity: 'high',
      timestamp: '2026-01-01T00:00:00Z',
      rawSnippet: 'raw',
    });
    const second = await read(`?cursor=${first.nextCursor}`);
    expect(second.nextCursor ?? null).toBeNull();
    expect([...first.items, ...second.items].map(({ evidenceId }) => evidenceId)).toEqual(
      range(30).map((number) => `evi_${number}`),
    );
    const logs = await read('?type=log&limit=4');
    expect(logs.total).toBe(10);
    expect(logs.items.map(({ evidenceId }) => evidenceId)).toEqual(['evi_3', 'evi_6', 'evi_9', 'evi_12']);
    expect((await read('?type=alert')).items).toEqual([]);
    const forged = Buffer.from('["evi_unknown"]').toString('base64url');
    for (const query of ['limit=201', 'type=rumour', 'cursor=nonsense', `cursor=${forged}`]) {
      expect((await api.get(`/v1/triage/${incidentId}/evidence?${query}`)).status).toBe(400);
    }
  });
});

describe('the record of an incident with many events', () => {
  let server: ServerProcess;
  let api: Api;

  /** Event n of the incident says `m<n>`, n even. */
  const count = 60_000;
  const seqOf = (number: number): number => 1 + number / 2;
  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'causeflow-server-'));
    await makeVersion1(dataDir, count);
    server = await startServer({ dataDir });
    api = apiOf(server.address, await admin());
  }, 30_000);
  afterAll(() => server.stop());

  const page = async (query: string) => {
    const { items, ...rest } = History.parse((await api.get(`/v1/investigation/inc_a/events?${query}`)).body);
    return { ...rest, seqs: items.map(({ params }) => Number(params.seq)) };
  };

  it('is searched to its end for what is rare, from either side', async () => {
    const last = seqOf(2 * count - 2);
    expect(await page(`q=m${2 * count - 2}`)).toMatchObject({ seqs: [last], headSeq: count, total: count });
    expect((await page('q=m0&beforeSeq=999999')).seqs).toEqual([1]);
    expect((await page('q=nothing+says+this')).seqs).toEqual([]);
  });

  it('comes filtered in full pages until there is no more, nothing twice and nothing left out', async () => {
    const fitting = range(count, 0)
      .map((index) => 2 * index)
      .filter((number) => `m${number}`.includes('998'))
      .map(seqOf);
    const forwards: number[] = [];
    for (;;) {
      const { seqs } = await page(`q=998&limit=100&afterSeq=${forwards.at(-1) ?? 0}`);
      forwards.push(...seqs);
      if (seqs.length < 100) break;
    }
    expect(forwards).toEqual(fitting);
    const backwards: number[] = [];
    for (;;) {
      const { seqs } = await page(`q=998&limit=100&beforeSeq=${backwards[0] ?? 999_999}`);
      backwards.unshift(...seqs);
      if (seqs.length < 100) break;
    }
    expect(backwards).toEqual(fitting);
  });
});
