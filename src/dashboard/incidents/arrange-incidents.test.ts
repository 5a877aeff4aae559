import { describe, expect, it } from 'vitest';
import type { IncidentSummary } from '../../protocol/api.ts';
import { type IncidentRows, noRows, withIncidents } from '../api/incident-rows.ts';
import { arrange, holdOrder, matcherOf } from './arrange-incidents.ts';
import { filterOf, IncidentsSearch, keyOf } from './incidents-search.ts';

const incident = (incidentId: string, change: Partial<IncidentSummary> = {}): IncidentSummary => ({
  incidentId,
  title: `Incident ${incidentId}`,
  severity: 'high',
  status: 'open',
  source: 'automated',
  createdAt: '2026-03-03T14:00:00Z',
  ...change,
});
const rowsOf = (...incidents: IncidentSummary[]): IncidentRows => withIncidents(noRows, incidents);
const ids = ({ rows }: { rows: IncidentRows['list'] }): string[] => rows.map((row) => row.incident.incidentId);
const fits = (change: Partial<IncidentSummary>, filter: Parameters<typeof matcherOf>[0]): boolean =>
  rowsOf(incident('inc_01JX', change)).list.every(matcherOf(filter));

describe('the list', () => {
  const old = incident('old', { createdAt: '2026-03-01T00:00:00Z' });
  const fresh = incident('new', { createdAt: '2026-03-03T15:00:00Z' });
  const done = incident('done', { status: 'resolved', createdAt: '2026-03-03T16:00:00Z' });

  it('shows active incidents first, the newest first within, each once', () => {
    const arranged = arrange(rowsOf(done, old, fresh, fresh).list, {});
    expect(ids(arranged)).toEqual(['new', 'old', 'done']);
    expect(arranged.active).toBe(2);
  });

  it('finds by words of title and id in any order, without regard to case', () => {
    const title = 'Checkout p99 latency';
    expect(fits({ title }, { q: 'LATENCY check' })).toBe(true);
    expect(fits({ title }, { q: '01jx' })).toBe(true);
    expect(fits({ title }, { q: 'latency orders' })).toBe(false);
    expect(fits({ title }, { q: '  ' })).toBe(true);
  });

  it('takes several severities and statuses, and drops a row whose status changed away from them', () => {
    expect(fits({ severity: 'low' }, { severity: 'critical,low' })).toBe(true);
    expect(fits({ severity: 'high' }, { severity: 'critical,low' })).toBe(false);
    expect(fits({ status: 'resolved' }, { status: 'open,triaging' })).toBe(false);
    expect(fits({ source: 'manual' }, { source: 'automated' })).toBe(false);
  });

  it('keeps the rows where they are while they are pointed at, and counts what would come between', () => {
    const before = rowsOf(old, done);
    const held = { ids: ['old', 'done'], active: 1 };
    const now = withIncidents(before, [fresh, { ...old, status: 'resolved' }]);
    const shown = holdOrder(held, arrange(now.list, {}), now.byId);
    expect(ids(shown)).toEqual(['old', 'done']);
    expect(shown.rows[0]?.incident.status).toBe('resolved');
    expect(shown).toMatchObject({ active: 1, fresh: 1 });
  });

  it('appends what loads meanwhile below the rows that are held', () => {
    const oldest = incident('oldest', { status: 'closed', createdAt: '2026-02-01T00:00:00Z' });
    const now = rowsOf(done, fresh, oldest);
    const shown = holdOrder({ ids: ['new', 'done'], active: 1 }, arrange(now.list, {}), now.byId);
    expect(ids(shown)).toEqual(['new', 'done', 'oldest']);
    expect(shown.fresh).toBe(0);
  });

  it('arranges and filters ten thousand within one look at each', () => {
    const many = rowsOf(...Array.from({ length: 10_000 }, (_, index) => incident(`inc_${index}`)));
    expect(arrange(many.list, { q: 'inc_99' }).rows).toHaveLength(111);
  });
});

describe('the address', () => {
  it('says the filters, keeps what it knows of them and drops what it does not', () => {
    const search = IncidentsSearch.parse({ severity: 'high,critical,worst', status: 'gone', q: 12, page: 3 });
    expect(filterOf(search)).toEqual({ severity: 'critical,high', q: '12' });
  });

  it('means the same list however it is written', () => {
    expect(keyOf(filterOf(IncidentsSearch.parse({ severity: 'high,critical', q: ' Slow ' })))).toBe(
      keyOf(filterOf(IncidentsSearch.parse({ severity: 'critical,high', q: 'slow' }))),
    );
  });
});
