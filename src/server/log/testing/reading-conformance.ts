import { expect, test } from 'vitest';
import type { EventLog, LoggedEvent } from '../event-log.ts';
import { appendIds, idsOf, newEvent, STREAM } from './events.ts';

export type OpenLog = () => Promise<EventLog>;

/** The part of the port that reads; what it must do of any adapter. */
export const describeReading = (open: OpenLog): void => {
  const ids = Array.from({ length: 10 }, (_, index) => `e${index}`);

  test('a page lies between its exclusive bounds and holds at most its limit', async () => {
    const log = await open();
    const seqs = await appendIds(log, ids);
    const read = async (range: { afterSeq?: number; beforeSeq?: number; take?: 'descending' }, limit = 3) => {
      const page = await log.read({ ...STREAM, ...range, limit });
      expect(page.headSeq).toBe(seqs[9]);
      return idsOf(page.events);
    };
    const [third = 0, eighth = 0] = [seqs[3], seqs[8]];
    expect(await read({})).toEqual(['e0', 'e1', 'e2']);
    expect(await read({ afterSeq: third })).toEqual(['e4', 'e5', 'e6']);
    expect(await read({ afterSeq: third, beforeSeq: eighth }, 10)).toEqual(['e4', 'e5', 'e6', 'e7']);
    expect(await read({ take: 'descending' })).toEqual(['e7', 'e8', 'e9']);
    expect(await read({ take: 'descending', beforeSeq: third })).toEqual(['e0', 'e1', 'e2']);
    expect(await read({ take: 'descending', afterSeq: third, beforeSeq: eighth }, 10)).toEqual([
      'e4',
      'e5',
      'e6',
      'e7',
    ]);
    expect(await read({ afterSeq: seqs[9] ?? 0 })).toEqual([]);
  });

  test('a page ends before it exceeds its bytes, but holds at least one event', async () => {
    const log = await open();
    const params = JSON.stringify({ text: 'ü'.repeat(50) });
    const bytes = Buffer.byteLength(params);
    await log.append({ ...STREAM, events: ids.map((id) => newEvent(id, { params })) });
    const read = async (maxBytes: number, take: 'ascending' | 'descending' = 'ascending') =>
      idsOf((await log.read({ ...STREAM, limit: 10, maxBytes, take })).events);
    expect(await read(3 * bytes)).toEqual(['e0', 'e1', 'e2']);
    expect(await read(3 * bytes - 1)).toEqual(['e0', 'e1']);
    expect(await read(1)).toEqual(['e0']);
    expect(await read(2 * bytes, 'descending')).toEqual(['e8', 'e9']);
  });

  test('a read that says what it looks for gets everything that has it, in order', async () => {
    const log = await open();
    const said = (id: string, text: string) => newEvent(id, { params: JSON.stringify({ eventId: id, text }) });
    const events = [said('e0', '50% of it_'), said('e1', 'nothing'), said('e2', 'Of 50% OF IT_'), said('e3', 'it')];
    await log.append({ ...STREAM, events });
    const read = async (contains: string[], range: object = {}) => {
      const page = await log.read({ ...STREAM, limit: 10, only: { contains }, ...range });
      return idsOf(page.events.filter(({ params }) => contains.every((text) => params.toLowerCase().includes(text))));
    };
    expect(await read(['50% of it_'])).toEqual(['e0', 'e2']);
    expect(await read(['it', 'of'], { take: 'descending' })).toEqual(['e0', 'e2']);
    expect(await read(['"e3"'])).toEqual(['e3']);
    expect(await read(['50\\'])).toEqual([]);
  });

  test('a page and its head are of one moment, also while others append', async () => {
    const log = await open();
    let isOver = false;
    const appending = (async () => {
      for (let count = 0; count < 300; count += 1) await appendIds(log, [`evt_${count}`]);
      isOver = true;
    })();
    const torn: unknown[] = [];
    let afterSeq = 0;
    while (!isOver) {
      // Several at once: the writer has its turn between them.
      const pages = await Promise.all([1, 2, 3, 4].map(() => log.read({ ...STREAM, afterSeq, limit: 1_000 })));
      for (const { events, headSeq } of pages) {
        if ((events.at(-1)?.seq ?? afterSeq) !== headSeq) torn.push({ afterSeq, headSeq });
      }
      afterSeq = pages.at(-1)?.headSeq ?? afterSeq;
    }
    await appending;
    expect(torn).toEqual([]);
  });

  test('a page that ended early does not keep the next one from seeing newer events', async () => {
    const log = await open();
    await appendIds(log, ids);
    await log.read({ ...STREAM, limit: 10, maxBytes: 1 });
    await appendIds(log, ['new']);
    expect(idsOf((await log.read({ ...STREAM, limit: 1, take: 'descending' })).events)).toEqual(['new']);
  });

  test('a scan goes through all streams in the order of the log, a page at a time', async () => {
    const log = await open();
    const to = [STREAM, { tenantId: 'ten_2', stream: 'inc_9' }, { tenantId: 'ten_1', stream: 'inc_2' }];
    for (const [index, id] of ids.entries()) await appendIds(log, [id], to[index % 3] ?? STREAM);
    const scanned: LoggedEvent[] = [];
    for (;;) {
      const page = await log.scan({ afterPosition: scanned.at(-1)?.position ?? 0, limit: 4 });
      expect(page.length).toBeLessThanOrEqual(4);
      scanned.push(...page);
      if (page.length === 0) break;
    }
    expect(idsOf(scanned)).toEqual(ids);
    expect(scanned[1]).toMatchObject({ tenantId: 'ten_2', stream: 'inc_9' });
    const ofTenant = await log.scan({ afterPosition: 0, limit: 10, tenantId: 'ten_2' });
    expect(idsOf(ofTenant)).toEqual(['e1', 'e4', 'e7']);
  });

  test('a scan can be for some methods only', async () => {
    const log = await open();
    const events = ids.map((id, index) => newEvent(id, { method: `method.${index % 5}` }));
    await log.append({ ...STREAM, events });
    const methods = ['method.1', 'method.3', 'method.none'];
    expect(idsOf(await log.scan({ afterPosition: 0, limit: 10, methods }))).toEqual(['e1', 'e3', 'e6', 'e8']);
    expect(idsOf(await log.scan({ afterPosition: 0, limit: 3, methods }))).toEqual(['e1', 'e3', 'e6']);
    expect(await log.scan({ afterPosition: 0, limit: 3, methods: [] })).toEqual([]);
    expect(await log.scan({ afterPosition: 0, limit: 3, methods, tenantId: 'ten_2' })).toEqual([]);
  });

  test('a scan ends before it exceeds its bytes, but holds at least one event', async () => {
    const log = await open();
    const params = JSON.stringify({ text: 'ü'.repeat(50) });
    const bytes = Buffer.byteLength(params);
    const events = ids.map((id, index) => newEvent(id, { params, method: index % 2 === 0 ? 'even' : 'odd' }));
    await log.append({ ...STREAM, events });
    await appendIds(log, ['of another'], { tenantId: 'ten_2' });
    const scan = async (maxBytes: number, more: { tenantId?: string; methods?: string[] } = {}) =>
      idsOf(await log.scan({ afterPosition: 0, limit: 20, maxBytes, ...more }));
    expect(await scan(3 * bytes)).toEqual(['e0', 'e1', 'e2']);
    expect(await scan(3 * bytes - 1)).toEqual(['e0', 'e1']);
    expect(await scan(1)).toEqual(['e0']);
    expect(await scan(2 * bytes, { methods: ['odd'] })).toEqual(['e1', 'e3']);
    expect(await scan(1, { tenantId: 'ten_2' })).toEqual(['of another']);
    expect(await scan(10 * bytes, { tenantId: STREAM.tenantId })).toEqual(ids);
  });

  test('an event is found by its id in any stream of its tenant, the newest first', async () => {
    const log = await open();
    await appendIds(log, ['a', 'b']);
    await appendIds(log, ['b'], { stream: 'inc_2' });
    await appendIds(log, ['b'], { tenantId: 'ten_2' });
    expect(await log.find('ten_1', 'a')).toMatchObject({ ...STREAM, ...newEvent('a') });
    expect(await log.find('ten_1', 'b')).toMatchObject({ tenantId: 'ten_1', stream: 'inc_2' });
    expect(await log.find('ten_2', 'a')).toBeUndefined();
    expect(await log.find('ten_3', 'b')).toBeUndefined();
  });
};
