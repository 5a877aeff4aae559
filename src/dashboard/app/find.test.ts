import { describe, expect, it } from 'vitest';
import type { IncidentStatus } from '../../protocol/values.ts';
import { noRows, withIncidents } from '../api/incident-rows.ts';
import { findIncidents, findNamed, idIn, isFound, meantFirst } from './find.ts';

const rows = (count: number, statusOf: (index: number) => IncidentStatus) =>
  withIncidents(
    noRows,
    Array.from({ length: count }, (_, index) => ({
      incidentId: `inc_${index}`,
      title: `Queue ${index} is behind`,
      severity: 'low' as const,
      status: statusOf(index),
      source: 'automated' as const,
      createdAt: new Date(index * 1000).toISOString(),
    })),
  ).list;

describe('the palette', () => {
  it('offers a few incidents before anything is typed, the active ones first', () => {
    const found = findIncidents(
      rows(10_000, (index) => (index === 7 ? 'open' : 'closed')),
      '',
    );
    expect(found.map(({ incident }) => incident.incidentId)).toEqual([
      'inc_7',
      'inc_9999',
      'inc_9998',
      'inc_9997',
      'inc_9996',
    ]);
  });

  it('finds among ten thousand by words in any order, and never lists more than can be read', () => {
    const many = rows(10_000, () => 'closed');
    expect(findIncidents(many, 'behind 4321').map(({ incident }) => incident.incidentId)).toEqual(['inc_4321']);
    expect(findIncidents(many, 'queue')).toHaveLength(30);
  });

  it('knows an id when it sees one', () => {
    expect(idIn(' inc_01JX ')).toBe('inc_01JX');
    expect(idIn('inc 01')).toBeUndefined();
  });

  it('finds actions by any of their words', () => {
    expect(isFound('Change between dark and light', 'LIGHT change')).toBe(true);
    expect(isFound('Sign out', 'sign in')).toBe(false);
  });

  it('puts a page before an incident that mentions its name, and an incident before what only mentions a word', () => {
    const groups = (query: string) =>
      meantFirst(
        [
          { value: 'On this page', items: findNamed([{ label: 'View: Critical incidents' }], query) },
          { value: 'Incidents', items: [{ label: 'Incidents are created twice' }] },
          { value: 'Pages', items: findNamed([{ label: 'All incidents' }, { label: 'Incidents' }], query) },
        ],
        query,
      ).flatMap(({ items }) => items.map(({ label }) => label));
    expect(groups('incidents')[0]).toBe('Incidents');
    expect(groups('created')[0]).toBe('Incidents are created twice');
    expect(groups('in')[0]).toBe('View: Critical incidents');
  });
});
