import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyInvestigation } from '../../incident/empty.ts';
import { fold } from '../../incident/fold.ts';
import { FOLD_VERSION, isStoredState, restoreState } from '../../incident/stored-state.ts';
import { History, InvestigationSnapshot } from '../../protocol/api.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { appendLong, LONG_STEP_MS, longEvents, longId, longTime, openLong } from '../testing/long-incident.ts';
import { admin, TENANT } from '../testing/people.ts';

describe('a snapshot of an investigation', () => {
  let server: InProcess;
  let api: Api;
  const incidentId = 'inc_long';
  const count = 12_000;
  const events = longEvents(incidentId, count + 10);

  beforeAll(async () => {
    server = await startInProcess();
    api = apiOf(server.address, await admin());
    await openLong(server.log, TENANT, incidentId, count);
  });
  afterAll(() => server.stop());

  const read = async (query: string) => {
    const { status, body } = await api.get(`/v1/investigation/${incidentId}/snapshot${query}`);
    expect(status).toBe(200);
    const { investigation, ...rest } = InvestigationSnapshot.parse(body);
    if (!isStoredState(investigation)) throw new Error('no state');
    return { ...rest, investigation: restoreState(investigation) };
  };
  const foldOf = (seq: number) => fold(emptyInvestigation(incidentId), events.slice(0, seq));

  it('is the state as the events up to there amount to, wherever that is', async () => {
    const epoch = server.log.epoch;
    const at = (seq: number) => ({
      incidentId,
      epoch,
      foldVersion: FOLD_VERSION,
      seq,
      events: seq,
      investigation: foldOf(seq),
    });
    expect(await read('')).toEqual(at(count));
    for (const seq of [0, 1, 1_000, 5_003, 11_999]) {
      expect(await read(`?atSeq=${seq}`)).toEqual(at(seq));
      expect(await read(`?atEvents=${seq}`)).toEqual(at(seq));
      expect(await read(`?atTime=${longTime(seq) + LONG_STEP_MS / 2}`)).toEqual(at(seq));
    }
    expect(await read(`?atSeq=${10 * count}`)).toEqual(at(count));
    await appendLong(server.log, { tenantId: TENANT, incidentId, from: count + 1, to: count + 10 });
    expect(await read(`?atTime=${longTime(10 * count)}`)).toEqual(at(count + 10));
  });

  it('comes around a place, with how many events lie before it', async () => {
    const around = async (query: string) => {
      const { body } = await api.get(`/v1/investigation/${incidentId}/events?limit=100&${query}`);
      const { items, offset } = History.parse(body);
      return [items.length, items[0]?.params.seq, items.at(-1)?.params.seq, offset];
    };
    expect(await around('atOffset=7000')).toEqual([100, 6_951, 7_050, 6_950]);
    expect(await around(`atTime=${longTime(7_000) + LONG_STEP_MS / 2}`)).toEqual([100, 6_951, 7_050, 6_950]);
    expect(await around(`atEvent=${longId(7_000)}`)).toEqual([100, 6_951, 7_050, 6_950]);
    expect(await around('atOffset=0')).toEqual([50, 1, 50, 0]);
    expect(await around('atTime=0')).toEqual([50, 1, 50, 0]);
    expect(await around(`atTime=${longTime(10 * count)}`)).toEqual([50, count - 39, count + 10, count - 40]);
    expect(await around('atEvent=evt_created_inc_long')).toEqual([0, undefined, undefined, 0]);
  });

  it.each(['atSeq=-1', 'atSeq=x', 'atEvents=1.5', 'atSeq=1&atTime=1'])('refuses to be read by %s', async (query) => {
    expect(await api.get(`/v1/investigation/${incidentId}/snapshot?${query}`)).toMatchObject({
      status: 400,
      body: { error: 'validation_error' },
    });
  });
});
