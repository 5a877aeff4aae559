import { describe, expect, it } from 'vitest';
import type { IncidentSummary } from '../../protocol/api.ts';
import type { IncidentStatus } from '../../protocol/values.ts';
import { createIncidentTable, type PageWanted } from './incident-table.ts';

const PAGE = 100;
const incident = (index: number, status: IncidentStatus = 'resolved'): IncidentSummary => ({
  incidentId: `inc_${String(index).padStart(6, '0')}`,
  title: `Incident ${index}`,
  severity: 'high',
  status,
  source: 'automated',
  createdAt: new Date(index * 60_000).toISOString(),
});

/** A server with these incidents; it answers when the test says so. */
const createServer = (count: number, change: (index: number) => IncidentSummary = incident) => {
  let incidents = Array.from({ length: count }, (_, index) => change(count - index));
  const asked: PageWanted[] = [];
  const waiting: (() => void)[] = [];
  let held = false;
  let failing = false;
  const table = createIncidentTable({
    page: async (wanted) => {
      asked.push(wanted);
      const found = incidents.filter(({ status }) => wanted.status === undefined || status === wanted.status);
      const from = Number(wanted.cursor ?? 0);
      const next = from + PAGE < found.length ? String(from + PAGE) : null;
      const answer = { incidents: found.slice(from, from + PAGE), count: found.length, cursor: next };
      if (held) await new Promise<void>((resolve) => waiting.push(resolve));
      if (failing) throw new Error('The server cannot be reached.');
      return answer;
    },
    one: async (incidentId) => {
      const found = incidents.find((one) => one.incidentId === incidentId);
      if (found === undefined) throw new Error('not found');
      return found;
    },
  });
  return {
    table,
    asked,
    hold: () => {
      held = true;
    },
    letGo: () => {
      held = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    fail: (value: boolean) => {
      failing = value;
    },
    set: (next: IncidentSummary[]) => {
      incidents = next;
    },
    incidents: () => incidents,
  };
};

const settled = async (table: ReturnType<typeof createServer>['table']): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  while (table.getState().loading) await new Promise((resolve) => setImmediate(resolve));
};
const ids = (table: ReturnType<typeof createServer>['table']) =>
  table.getState().list.map((row) => row.incident.incidentId);

describe('the table of incidents', () => {
  it('has a small tenant after one request', async () => {
    const { table, asked } = createServer(12);
    table.want('all');
    await settled(table);
    expect(table.getState()).toMatchObject({ total: 12, complete: true, activeKnown: true, loading: false });
    expect(asked).toHaveLength(1);
  });

  it('has all of ten thousand in order, each once, and each page was asked for once', async () => {
    const { table, asked, incidents } = createServer(10_000);
    table.want('all');
    await settled(table);
    expect(ids(table)).toEqual(incidents().map(({ incidentId }) => incidentId));
    const walked = asked.filter(({ status }) => status === undefined).map(({ cursor }) => cursor);
    expect(new Set(walked).size).toBe(walked.length);
    table.want('all');
    await settled(table);
    expect(asked.filter(({ status }) => status === undefined)).toHaveLength(100);
  });

  it('knows the active ones before it has walked through the past, however old they are', async () => {
    const { table, asked } = createServer(1_000, (index) => incident(index, index === 3 ? 'investigating' : 'closed'));
    table.want('recent');
    await settled(table);
    expect(table.getState().byId.has('inc_000003')).toBe(true);
    expect(table.getState().activeKnown).toBe(true);
    expect(asked.length).toBeLessThan(10);
  });

  it('patches a row in place, keeps all others as they were, and asks for nothing', async () => {
    const { table, asked } = createServer(300);
    table.want('all');
    await settled(table);
    const before = table.getState().list;
    const requests = asked.length;
    table.statusChanged('inc_000150', 'investigating');
    const after = table.getState().list;
    expect(after[150]?.incident.status).toBe('investigating');
    expect(after.filter((row, index) => row !== before[index])).toHaveLength(1);
    expect(asked).toHaveLength(requests);
  });

  it('takes in a new one from what was told, and counts it once', async () => {
    const { table, asked } = createServer(5);
    table.want('all');
    await settled(table);
    table.created(incident(6, 'open'));
    table.created(incident(6, 'open'));
    expect(ids(table)[0]).toBe('inc_000006');
    expect(table.getState().total).toBe(6);
    expect(asked).toHaveLength(1);
  });

  it('does not let an answer undo what was told while it was on its way', async () => {
    const server = createServer(3, (index) => incident(index, 'open'));
    server.table.want('all');
    await settled(server.table);
    server.hold();
    const reconciled = server.table.reconcile();
    server.table.statusChanged('inc_000002', 'resolved');
    server.letGo();
    await reconciled;
    expect(server.table.getState().byId.get('inc_000002')?.incident.status).toBe('resolved');
  });

  it('learns after a break what it was not told: new ones, changed ones, and what is over', async () => {
    const server = createServer(250, (index) => incident(index, index <= 2 ? 'open' : 'closed'));
    server.table.want('all');
    await settled(server.table);
    server.set([
      incident(251, 'triaging'),
      ...server.incidents().map((one) => (one.incidentId === 'inc_000001' ? incident(1, 'resolved') : one)),
    ]);
    await server.table.reconcile();
    expect(ids(server.table)[0]).toBe('inc_000251');
    expect(server.table.getState().byId.get('inc_000001')?.incident.status).toBe('resolved');
    expect(server.table.getState().total).toBe(251);
  });

  it('fetches the one that it was told about and does not have', async () => {
    const { table } = createServer(300);
    table.want('recent');
    await settled(table);
    expect(table.getState().byId.has('inc_000001')).toBe(false);
    table.statusChanged('inc_000001', 'open');
    await settled(table);
    expect(table.getState().byId.has('inc_000001')).toBe(true);
  });

  it('keeps what it has when a page fails, says so, and goes on from there', async () => {
    const server = createServer(450);
    server.table.want('recent');
    await settled(server.table);
    server.fail(true);
    server.table.want('all');
    await settled(server.table);
    expect(server.table.getState().error?.message).toMatch(/cannot be reached/);
    const had = server.table.getState().list.length;
    expect(had).toBeGreaterThan(0);
    server.fail(false);
    const asked = server.asked.length;
    server.table.retry();
    await settled(server.table);
    expect(server.table.getState()).toMatchObject({ complete: true, error: null });
    expect(server.table.getState().list).toHaveLength(450);
    expect(server.asked.length - asked).toBe(4);
  });

  it('shows nothing of the one before to the one who signs in next', async () => {
    const server = createServer(3);
    server.hold();
    server.table.want('all');
    server.table.reset();
    server.letGo();
    await settled(server.table);
    expect(server.table.getState().list).toEqual([]);
    server.set([incident(9)]);
    server.table.want('all');
    await settled(server.table);
    expect(ids(server.table)).toEqual(['inc_000009']);
  });

  it('takes many changes that come at once in together, the newest of each incident', async () => {
    const { table } = createServer(300);
    table.want('all');
    await settled(table);
    const before = ids(table);
    let lists = 0;
    const stop = table.subscribe(({ list }, last) => {
      if (list !== last.list) lists += 1;
    });
    for (let index = 1; index <= 200; index += 1) {
      table.statusChanged(incident(index).incidentId, 'investigating');
      table.statusChanged(incident(index).incidentId, 'closed');
    }
    table.created(incident(301, 'open'));
    table.statusChanged(incident(301).incidentId, 'triaging');
    await expect.poll(() => table.getState().total).toBe(301);
    stop();
    expect(lists).toBe(2);
    expect(ids(table)).toEqual([incident(301).incidentId, ...before]);
    const statuses = table.getState().list.map((row) => row.incident.status);
    expect(statuses.filter((status) => status === 'closed')).toHaveLength(200);
    expect(statuses[0]).toBe('triaging');
  });

  it('counts a new incident once, also where another page learned of it in the meantime', async () => {
    const { table } = createServer(3);
    table.want('all');
    await settled(table);
    table.created(incident(4, 'open'));
    table.created(incident(5, 'open'));
    table.asking()(incident(5, 'open'));
    await expect.poll(() => table.getState().total).toBe(5);
    expect(ids(table)).toHaveLength(5);
  });

  it('believes what was heard since rather than an answer that was asked for before', async () => {
    const { table } = createServer(3);
    table.want('all');
    await settled(table);
    const statusOf = (number: number) => table.getState().byId.get(incident(number).incidentId)?.incident.status;
    const learn = table.asking();
    table.statusChanged(incident(2).incidentId, 'remediating');
    await expect.poll(() => statusOf(2)).toBe('remediating');
    learn(incident(2, 'awaiting_approval'));
    learn(incident(3, 'awaiting_approval'));
    await expect.poll(() => statusOf(3)).toBe('awaiting_approval');
    expect(statusOf(2)).toBe('remediating');
  });
});
