import type { RowView } from './filter-rows.ts';
import type { ListLayout } from './list-layout.ts';
import type { RowList } from './rows.ts';

/** Where the keyboard can be: on a row, or on the heading of the run that begins with it. */
export type RowStop = { index: number; isHead: boolean };

/** The same by the row's event, which it keeps whatever index it has. */
export type RowCursor = { eventId: string; isHead: boolean };

type Drawn = { layout: Pick<ListLayout, 'headAt' | 'headingOf'>; view: RowView; end: number };

/** A heading comes before its first row. */
const rankOf = ({ index, isHead }: RowStop): number => 2 * index + (isHead ? 0 : 1);

const stopsAt = (layout: Drawn['layout'], index: number): RowStop[] => [
  ...(layout.headAt(index) === undefined ? [] : [{ index, isHead: true }]),
  ...(layout.headingOf(index) === undefined ? [{ index, isHead: false }] : []),
];

/** Where a cursor is by now: a run that folded over its row is there for it; undefined where nothing of it is shown. */
export const stopOf = (cursor: RowCursor, list: RowList, { layout, view }: Drawn): RowStop | undefined => {
  const listIndex = list.indexOf(cursor.eventId);
  const index = listIndex === undefined ? undefined : view.placeOf(listIndex);
  if (index === undefined || view.rowAt(index)?.event.id !== cursor.eventId) return undefined;
  const heading = layout.headingOf(index);
  if (heading !== undefined) return { index: heading, isHead: true };
  return { index, isHead: cursor.isHead && layout.headAt(index) !== undefined };
};

/** The nearest stop in a direction, of what is drawn; undefined behind the last one. */
export const nextStop = (from: RowStop, by: 1 | -1, { layout, view, end }: Drawn): RowStop | undefined => {
  const isAhead = (stop: RowStop): boolean => by * (rankOf(stop) - rankOf(from)) > 0;
  const start = Math.max(view.first, Math.min(end - 1, from.index));
  for (let index = start; index >= view.first && index < end; index += by) {
    const ahead = stopsAt(layout, index).filter(isAhead);
    if (ahead.length > 0) return by === 1 ? ahead[0] : ahead.at(-1);
  }
  return undefined;
};
