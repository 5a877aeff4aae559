import { describe, expect, onTestFinished, test } from 'vitest';
import { type EventLog, type LoggedEvent, LogUnavailable } from '../event-log.ts';
import { appendIds, idsOf, newEvent, STREAM } from './events.ts';
import { describeModelConformance } from './model-conformance.ts';
import { describeReading, type OpenLog } from './reading-conformance.ts';

/** What every adapter of the port `EventLog` must do; `open` gives an empty log. Seqs are not assumed to be dense. */
export const describeEventLog = (name: string, open: OpenLog): void => {
  const opened = async (): Promise<EventLog> => {
    const log = await open();
    onTestFinished(() => log.close());
    return log;
  };

  describe(`${name} as an event log`, () => {
    describeAppend(opened);
    describeExpectation(opened);
    describeReading(opened);
    describeTail(opened);
    describeClose(open);
    describeModelConformance(opened);
  });
};

const describeAppend = (open: OpenLog): void => {
  test('a stream holds what was appended, in order, with strictly increasing seqs', async () => {
    const log = await open();
    const seqs = [...(await appendIds(log, ['a', 'b'])), ...(await appendIds(log, ['c']))];
    const { events, headSeq } = await log.read({ ...STREAM, limit: 10 });
    expect(events.map(({ position: _, ...rest }) => rest)).toEqual(
      ['a', 'b', 'c'].map((id, index) => ({ ...STREAM, ...newEvent(id), seq: seqs[index] })),
    );
    expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs);
    expect(new Set(seqs).size).toBe(3);
    expect(headSeq).toBe(seqs[2]);
    expect(await log.head(STREAM)).toBe(seqs[2]);
    expect(await log.count(STREAM)).toBe(3);
  });

  test('an empty stream has head 0, no events and an empty page', async () => {
    const log = await open();
    expect(await log.head(STREAM)).toBe(0);
    expect(await log.count(STREAM)).toBe(0);
    expect(await log.read({ ...STREAM, limit: 10 })).toEqual({ events: [], headSeq: 0 });
  });

  test('streams and tenants do not see each other', async () => {
    const log = await open();
    const others = [
      { tenantId: 'ten_1', stream: 'inc_2' },
      { tenantId: 'ten_2', stream: 'inc_1' },
      { tenantId: 'ten_1i', stream: 'nc_1' },
    ];
    await appendIds(log, ['a']);
    for (const other of others) expect(await log.count(other)).toBe(0);
    for (const other of others) await appendIds(log, ['a'], other);
    for (const stream of [STREAM, ...others]) expect(await log.count(stream)).toBe(1);
  });

  test('an event that is sent again is stored once and answered with the seq it has', async () => {
    const log = await open();
    const [first] = await appendIds(log, ['a']);
    const result = await log.append({ ...STREAM, events: [newEvent('b'), newEvent('a', { params: '{}' })] });
    const head = await log.head(STREAM);
    expect(result).toEqual({
      ok: true,
      appended: [
        { eventId: 'b', seq: head, duplicate: false },
        { eventId: 'a', seq: first, duplicate: true },
      ],
    });
    const { events } = await log.read({ ...STREAM, limit: 10 });
    expect(events.map(({ params }) => params)).toEqual(['{"eventId":"a"}', '{"eventId":"b"}']);
  });

  test('an event that occurs twice in one append is stored once', async () => {
    const log = await open();
    const result = await log.append({ ...STREAM, events: [newEvent('a'), newEvent('a')] });
    const seq = await log.head(STREAM);
    expect(result).toEqual({
      ok: true,
      appended: [
        { eventId: 'a', seq, duplicate: false },
        { eventId: 'a', seq, duplicate: true },
      ],
    });
    expect(await log.count(STREAM)).toBe(1);
  });

  test('ids and params of any script are kept as they are', async () => {
    const log = await open();
    const ids = ['ünïcode 事件 🔥', "it's; DROP TABLE events --", 'A', 'a', ' a', 'x'.repeat(128)];
    await appendIds(log, ids, { tenantId: 'mandant ß', stream: '🔥' });
    const { events } = await log.read({ tenantId: 'mandant ß', stream: '🔥', limit: 10 });
    expect(idsOf(events)).toEqual(ids);
    expect(events.map(({ params }) => params)).toEqual(ids.map((eventId) => JSON.stringify({ eventId })));
  });

  test('of many concurrent retries exactly one is no duplicate', async () => {
    const log = await open();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => log.append({ ...STREAM, events: [newEvent('a')] })),
    );
    const fresh = results.filter((result) => result.ok && result.appended.some(({ duplicate }) => !duplicate));
    expect(fresh).toHaveLength(1);
    expect(await log.count(STREAM)).toBe(1);
  });

  test('an append of no events is fine and changes nothing', async () => {
    const log = await open();
    expect(await log.append({ ...STREAM, events: [] })).toEqual({ ok: true, appended: [] });
    expect(await log.count(STREAM)).toBe(0);
  });
};

const describeExpectation = (open: OpenLog): void => {
  const decide = (log: EventLog, id: string, seq: number, key = 'rem_1') =>
    log.append({ ...STREAM, events: [newEvent(id, { key })], expect: { key, seq } });

  test('an append goes through where the newest event of the key is the expected one', async () => {
    const log = await open();
    await appendIds(log, ['before']);
    expect(await decide(log, 'proposed', 0)).toMatchObject({ ok: true });
    const proposed = await log.head(STREAM);
    await appendIds(log, ['between']);
    expect(await decide(log, 'approved', proposed)).toMatchObject({ ok: true });
    expect(await decide(log, 'of another key', 0, 'rem_2')).toMatchObject({ ok: true });
  });

  test('an append is refused with the newest seq where the expectation does not hold, and stores nothing', async () => {
    const log = await open();
    await decide(log, 'proposed', 0);
    const proposed = await log.head(STREAM);
    await decide(log, 'approved', proposed);
    const approved = await log.head(STREAM);
    expect(await decide(log, 'rejected', proposed)).toEqual({ ok: false, seq: approved });
    expect(await decide(log, 'proposed again', 0)).toEqual({ ok: false, seq: approved });
    expect(await decide(log, 'of another key', approved, 'rem_2')).toEqual({ ok: false, seq: 0 });
    expect(await log.count(STREAM)).toBe(2);
  });

  test('the events without a key can be expected as well', async () => {
    const log = await open();
    const [seq] = await appendIds(log, ['a']);
    await decide(log, 'keyed', 0);
    expect(await decide(log, 'b', 0, '')).toEqual({ ok: false, seq });
    expect(await decide(log, 'b', seq ?? 0, '')).toMatchObject({ ok: true });
  });

  test('of many concurrent decisions exactly one gets through', async () => {
    const log = await open();
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => decide(log, `decision ${index}`, 0)));
    const head = await log.head(STREAM);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter(({ ok }) => !ok)).toEqual(Array.from({ length: 19 }, () => ({ ok: false, seq: head })));
  });

  test('a refused append does not take those with it that came at the same time', async () => {
    const log = await open();
    const [, refused] = await Promise.all([appendIds(log, ['a']), decide(log, 'refused', 7), appendIds(log, ['b'])]);
    expect(refused).toEqual({ ok: false, seq: 0 });
    expect(idsOf((await log.read({ ...STREAM, limit: 10 })).events)).toEqual(['a', 'b']);
  });

  test('the retry of a decision that got through is ok, though its own events have outdated the expectation', async () => {
    const log = await open();
    const decision = {
      ...STREAM,
      events: [newEvent('approved', { key: 'rem_1' }), newEvent('noted')],
      expect: { key: 'rem_1', seq: 0 },
    };
    const first = await log.append(decision);
    const again = await log.append(decision);
    expect(first).toMatchObject({ ok: true, appended: [{ duplicate: false }, { duplicate: false }] });
    expect(again).toMatchObject({ ok: true, appended: [{ duplicate: true }, { duplicate: true }] });
    expect(await log.count(STREAM)).toBe(2);
  });

  test('an outdated decision is refused as a whole when only some of its events are there', async () => {
    const log = await open();
    await decide(log, 'approved', 0);
    const seq = await log.head(STREAM);
    const events = [newEvent('approved', { key: 'rem_1' }), newEvent('new')];
    expect(await log.append({ ...STREAM, events, expect: { key: 'rem_1', seq: 0 } })).toEqual({ ok: false, seq });
    expect(await log.count(STREAM)).toBe(1);
  });
};

const describeTail = (open: OpenLog): void => {
  test('listeners are told of every event once, in the order of the log, before its append resolves', async () => {
    const log = await open();
    const told: LoggedEvent[] = [];
    log.tail((events) => told.push(...events));
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await appendIds(log, [`e${index % 40}`], { stream: `inc_${index % 4}` });
        expect(idsOf(told)).toContain(`e${index % 40}`);
      }),
    );
    expect(told).toEqual(await log.scan({ afterPosition: 0, limit: 100 }));
    expect(told).toHaveLength(40);
  });

  test('the appends of one stream resolve in the order in which they were made', async () => {
    const log = await open();
    const resolved: number[] = [];
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => resolved.push(...(await appendIds(log, [`e${index}`])))),
    );
    expect(resolved).toEqual(resolved.toSorted((a, b) => a - b));
  });

  test('a listener that was ended is told nothing more', async () => {
    const log = await open();
    const told: string[] = [];
    const listener = (events: readonly LoggedEvent[]) => void told.push(...idsOf(events));
    const end = log.tail(listener);
    log.tail(listener);
    await appendIds(log, ['a']);
    end();
    end();
    await appendIds(log, ['b']);
    expect(told).toEqual(['a', 'a', 'b']);
  });

  test('listeners are not told of duplicates and of refused appends', async () => {
    const log = await open();
    await appendIds(log, ['a']);
    const told: string[] = [];
    log.tail((events) => told.push(...idsOf(events)));
    await appendIds(log, ['a']);
    await log.append({ ...STREAM, events: [newEvent('refused')], expect: { key: 'rem_1', seq: 9 } });
    await appendIds(log, ['a', 'b']);
    expect(told).toEqual(['b']);
  });
};

const describeClose = (open: OpenLog): void => {
  test('closing waits for the appends that were accepted', async () => {
    const log = await open();
    const appended = Promise.all(Array.from({ length: 20 }, (_, index) => appendIds(log, [`e${index}`])));
    await log.close();
    expect(await appended).toHaveLength(20);
  });

  test('a closed log rejects all calls and can be closed again', async () => {
    const log = await open();
    await log.close();
    await log.close();
    const calls = [
      log.append({ ...STREAM, events: [newEvent('a')] }),
      log.read({ ...STREAM, limit: 1 }),
      log.head(STREAM),
      log.count(STREAM),
      log.scan({ afterPosition: 0, limit: 1 }),
      log.find('ten_1', 'a'),
    ];
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(LogUnavailable);
    expect(log.health()).toBe('unavailable');
  });
};
