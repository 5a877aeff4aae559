import { textOf } from '../lib/plain-text.ts';
import { isFailed, type Row, type RowList } from './rows.ts';

export type Show = 'all' | 'findings' | 'tools' | 'errors';
export type RowFilter = { show: Show; agent: string | null; text: string };

/** What the list draws: some of the rows, in order. */
export type RowView = {
  length: number;
  rowAt: (index: number) => Row | undefined;
  /** Where in the view a row of the whole list stands, or the next one that is shown. */
  placeOf: (listIndex: number) => number;
  listIndexOf: (index: number) => number;
};

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

const isShown = (row: Row, show: Show): boolean => {
  switch (show) {
    case 'all':
      return true;
    case 'findings':
      return row.kind === 'finding';
    case 'tools':
      return row.kind === 'tool';
    case 'errors':
      return isFailed(row);
  }
};

export const matches = (row: Row, { show, agent, text }: RowFilter): boolean =>
  isShown(row, show) &&
  (agent === null || row.agent === agent) &&
  (text === '' || searchText(row).includes(text.toLowerCase()));

const lowerBound = (indexes: readonly number[], wanted: number, length: number): number => {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indexes[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};

const everything = (list: RowList): RowView => ({
  length: list.length,
  rowAt: (index) => list.rows[index],
  placeOf: (listIndex) => listIndex,
  listIndexOf: (index) => index,
});

/** Filters as rows come; like the list, what it has found grows in place. */
export const createRowFilter = (filter: RowFilter): ((list: RowList) => RowView) => {
  if (filter.show === 'all' && filter.agent === null && filter.text === '') return everything;
  let indexes: number[] = [];
  let looked = 0;
  let revisions = 0;
  let generation = -1;
  const revisit = (list: RowList, index: number): void => {
    const row = list.rows[index];
    if (row === undefined || index >= looked) return;
    const place = lowerBound(indexes, index, indexes.length);
    const isIn = indexes[place] === index;
    const belongs = matches(row, filter);
    if (belongs && !isIn) indexes.splice(place, 0, index);
    if (!belongs && isIn) indexes.splice(place, 1);
  };
  return (list) => {
    if (list.generation !== generation || list.length < looked) {
      indexes = [];
      looked = 0;
      revisions = 0;
      generation = list.generation;
    }
    for (; revisions < list.revisions; revisions += 1) revisit(list, list.revised[revisions] ?? 0);
    for (; looked < list.length; looked += 1) {
      const row = list.rows[looked];
      if (row !== undefined && matches(row, filter)) indexes.push(looked);
    }
    const { length } = indexes;
    return {
      length,
      rowAt: (index) => list.rows[indexes[index] ?? -1],
      placeOf: (listIndex) => lowerBound(indexes, listIndex, length),
      listIndexOf: (index) => indexes[index] ?? 0,
    };
  };
};
