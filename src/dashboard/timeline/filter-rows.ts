import { firstIndex } from '../../incident/first-index.ts';
import { textOf } from '../lib/plain-text.ts';
import { isFailed, nextGeneration, type Row, type RowList } from './rows.ts';

export const SHOWS = ['all', 'findings', 'tools', 'decisions', 'errors'] as const;
export type Show = (typeof SHOWS)[number];
/** `from` and `to` are epoch milliseconds, both within. */
export type RowFilter = { show: Show; agent: string | null; text: string; from: number | null; to: number | null };

export const noFilter: RowFilter = { show: 'all', agent: null, text: '', from: null, to: null };

export const isFiltered = ({ show, agent, text, from, to }: RowFilter): boolean =>
  show !== 'all' || agent !== null || text !== '' || from !== null || to !== null;

/**
 * What the list draws: some of the rows, in order, by indexes of its own that stay while `generation` does. Like the
 * list's own they begin at `first`, which rises when the oldest rows are let go.
 */
export type RowView = {
  first: number;
  end: number;
  generation: number;
  rowAt: (index: number) => Row | undefined;
  /** Where in the view a row of the whole list stands, or the next one that is shown. */
  placeOf: (listIndex: number) => number;
  listIndexOf: (index: number) => number;
};

/** The rows of the view up to `end` that began after so many events: a number that holds in any view of any list. */
export const countAfter = (events: number, list: RowList, view: RowView, end: number): number =>
  Math.max(0, end - view.placeOf(list.indexFrom(events)));

const searched = new WeakMap<Row, string>();

/** Everything that the row's events say, in small letters. */
const searchText = (row: Row): string => {
  const known = searched.get(row);
  if (known !== undefined) return known;
  const text = [row.event, ...row.later].map((event) => textOf(event.params)).join('\n');
  const lower = `${text.replaceAll('\\n', ' ')} ${row.kind === 'plan' ? row.title : ''}`.toLowerCase();
  searched.set(row, lower);
  return lower;
};

const DECISIONS: ReadonlySet<Row['kind']> = new Set(['hypothesis', 'root-cause', 'plan', 'note', 'aborted']);

const isShown = (row: Row, show: Show): boolean => {
  switch (show) {
    case 'all':
      return true;
    case 'findings':
      return row.kind === 'finding';
    case 'tools':
      return row.kind === 'tool';
    case 'decisions':
      return DECISIONS.has(row.kind);
    case 'errors':
      return isFailed(row);
  }
};

export const matches = (row: Row, { show, agent, text, from, to }: RowFilter): boolean =>
  isShown(row, show) &&
  (agent === null || row.agent === agent) &&
  (from === null || row.event.at >= from) &&
  (to === null || row.event.at <= to) &&
  (text === '' || searchText(row).includes(text.toLowerCase()));

const lowerBound = (indexes: readonly number[], wanted: number, length: number): number =>
  firstIndex(0, length, (place) => (indexes[place] ?? 0) < wanted);

const everything = (list: RowList): RowView => ({
  first: list.first,
  end: list.end,
  generation: list.generation,
  rowAt: list.rowAt,
  placeOf: (listIndex) => listIndex,
  listIndexOf: (index) => index,
});

/** Filters as rows come; like the list, what it has found grows in place. */
export const createRowFilter = (filter: RowFilter): ((list: RowList) => RowView) => {
  if (!isFiltered(filter)) return everything;
  let found: number[] = [];
  /** Index in the view of `found[0]`. */
  let first = 0;
  let looked = 0;
  let revisions = 0;
  let listGeneration = -1;
  let generation = nextGeneration();

  const revisit = (list: RowList, index: number): void => {
    const row = list.rowAt(index);
    if (row === undefined || index >= looked) return;
    const place = lowerBound(found, index, found.length);
    const isIn = found[place] === index;
    const belongs = matches(row, filter);
    if (belongs === isIn) return;
    if (place < found.length) generation = nextGeneration();
    if (belongs) found.splice(place, 0, index);
    else found.splice(place, 1);
  };

  return (list) => {
    if (list.generation !== listGeneration || list.end < looked) {
      found = [];
      first = 0;
      looked = list.first;
      revisions = list.revisions;
      listGeneration = list.generation;
      generation = nextGeneration();
    }
    for (const index of list.revisedSince(revisions)) revisit(list, index);
    revisions = list.revisions;
    for (; looked < list.end; looked += 1) {
      const row = list.rowAt(looked);
      if (row !== undefined && matches(row, filter)) found.push(looked);
    }
    const gone = lowerBound(found, list.first, found.length);
    if (gone > 0) {
      found.splice(0, gone);
      first += gone;
    }
    const now = { found, first, length: found.length };
    return {
      first: now.first,
      end: now.first + now.length,
      generation,
      rowAt: (index) => list.rowAt(now.found[index - first] ?? -1),
      placeOf: (listIndex) => first + lowerBound(now.found, listIndex, now.length),
      listIndexOf: (index) => now.found[index - first] ?? 0,
    };
  };
};
