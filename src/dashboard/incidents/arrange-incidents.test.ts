import { describe, expect, it } from 'vitest';
import type { IncidentSummary } from '../../protocol/api.ts';
import { arrange, holdOrder, matches, withGroups } from './arrange-incidents.ts';
import { IncidentsSearch } from './incidents-search.ts';

const incident = (incidentId: string, change: Partial<IncidentSummary> = {}): IncidentSummary => ({
  incidentId,
  title: `Incident ${incidentId}`,
  severity: 'high',
  status: 'open',
  source: 'automated',
  createdAt: '2026-03-03T14:00:00Z',
  ...change,
});
const ids = (rows: readonly IncidentSummary[]): string[] => rows.map((row) => row.incidentId);

describe('the list', () => {
  it('shows active incidents first, the newest first within, each once', () => {
    const rows = [
      incident('done', { status: 'resolved', createdAt: '2026-03-03T16:00:00Z' }),
      incident('old', { createdAt: '2026-03-01T00:00:00Z' }),
      incident('new', { createdAt: '2026-03-03T15:00:00Z' }),
      incident('new', { createdAt: '2026-03-03T15:00:00Z' }),
    ];
    expect(ids(arrange(rows, {}))).toEqual(['new', 'old', 'done']);
  });

  it('finds by words of title and id in any order, without regard to case', () => {
    const row = incident('inc_01JX', { title: 'Checkout p99 latency' });
    expect(matches(row, { q: 'LATENCY check' })).toBe(true);
    expect(matches(row, { q: '01jx' })).toBe(true);
    expect(matches(row, { q: 'latency orders' })).toBe(false);
    expect(matches(row, { q: '  ' })).toBe(true);
  });

  it('drops a row whose status changed away from the filter', () => {
    expect(arrange([incident('a', { status: 'resolved' })], { status: 'open' })).toEqual([]);
  });

  it('keeps its order while it is held, and puts what is new at the end', () => {
    const next = ['c', 'b', 'a'].map((id) => incident(id));
    expect(ids(holdOrder(['a', 'b', 'gone'], next))).toEqual(['a', 'b', 'c']);
  });

  it('has headings only where active and finished incidents meet', () => {
    const active = incident('a');
    const finished = incident('b', { status: 'closed' });
    const labels = (rows: IncidentSummary[]) =>
      withGroups(rows).map((item) => (item.kind === 'group' ? item.label : item.incident.incidentId));
    expect(labels([active, finished])).toEqual(['Active', 'a', 'Finished', 'b']);
    expect(labels([active])).toEqual(['a']);
    expect(labels([finished])).toEqual(['b']);
  });
});

describe('the address', () => {
  it('says what is filtered, and nothing that it does not know', () => {
    expect(IncidentsSearch.parse({ severity: 'high', status: 'nonsense', q: 503, x: 1 })).toEqual({
      severity: 'high',
      status: undefined,
      q: '503',
    });
    expect(IncidentsSearch.parse({ q: { a: 1 } }).severity).toBeUndefined();
  });
});
