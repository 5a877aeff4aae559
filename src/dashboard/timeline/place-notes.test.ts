import { expect, it } from 'vitest';
import { emptyChronicle, extend } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { createRowFilter, noFilter, type RowFilter } from './filter-rows.ts';
import { notesOf, placeNotes } from './place-notes.ts';
import { createRowBuilder } from './row-builder.ts';

const tell = (message: string, kind: 'status' | 'finding'): IncidentEvent =>
  toIncidentEvent('investigation.progress', { incidentId: 'inc_1', agentName: 'Logs', message, kind }, 0) ??
  expect.fail();

const shown = (filter: RowFilter = noFilter) => {
  const events = [tell('a', 'finding'), tell('b', 'status'), tell('c', 'status')];
  const list = createRowBuilder()(extend(emptyChronicle('inc_1'), events));
  const view = createRowFilter(filter)(list);
  return { list, view, end: view.end };
};

const notes = (ordinal: number) =>
  notesOf({ healed: [{ ordinal, at: 1 }], unheard: [{ ordinal, from: 2, at: 3 }], reset: null }, null);

const placed = (ordinal: number, isNewest: boolean, filter?: RowFilter) =>
  placeNotes(notes(ordinal), { ...shown(filter), isNewest }).map(({ index, note }) => [index, note.kind]);

it('a note stands before the first row that is shown of what came after it', () => {
  expect(placed(1, true)).toEqual([
    [1, 'healed'],
    [1, 'unheard'],
  ]);
});

it('what was not heard is said behind the newest row too, but not at a moment before it', () => {
  expect(placed(3, true)).toEqual([[3, 'unheard']]);
  expect(placed(3, false)).toEqual([]);
  expect(placed(1, true, { ...noFilter, show: 'findings' })).toEqual([[1, 'unheard']]);
});
