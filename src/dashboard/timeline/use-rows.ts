import { useMemo, useState } from 'react';
import { type Chronicle, eventAt } from '../../incident/chronicle.ts';
import type { Feed } from '../store/feed.ts';
import { createRowFilter, type RowFilter, type RowView } from './filter-rows.ts';
import { createRowBuilder } from './row-builder.ts';
import { rowAsOf } from './row-changes.ts';
import type { Row, RowList } from './rows.ts';
import { createFoundGeneration, withFound } from './with-found.ts';

type Rows = {
  list: RowList;
  view: RowView;
  /** Rows of the view from here on came after the moment that is looked at. */
  end: number;
};

/**
 * Rows and their filtered view, kept up as events come. The feed is everything that is here, `shown` the same as it was at
 * the moment that is looked at: its rows are those of all of it, up to there and without what changed them later.
 */
export const useRows = (
  { chronicle: all, closedAt }: Pick<Feed, 'chronicle' | 'closedAt'>,
  shown: Chronicle,
  { show, agent, text, from, to }: RowFilter,
  found: readonly Row[],
): Rows => {
  const [live] = useState(createRowBuilder);
  const [past] = useState(createRowBuilder);
  const [foundGeneration] = useState(createFoundGeneration);
  const filter = useMemo(() => createRowFilter({ show, agent, text, from, to }), [show, agent, text, from, to]);
  const isCut = shown.book === all.book;
  const list = isCut ? live(all, closedAt) : past(shown);
  const whole = useMemo(() => filter(list), [filter, list]);
  const view = useMemo(() => {
    const above = withFound(whole, found, foundGeneration(whole, found));
    if (!isCut || shown.end === all.end) return above;
    const last = eventAt(shown, shown.end - 1);
    const moment = { seq: last?.seq ?? null, at: last?.at ?? 0 };
    return {
      ...above,
      rowAt: (index: number) => {
        const row = above.rowAt(index);
        return row === undefined ? undefined : rowAsOf(row, moment);
      },
    };
  }, [whole, found, foundGeneration, isCut, shown, all.end]);
  const end = isCut && shown.end < all.end ? view.placeOf(list.indexFrom(shown.end)) : view.end;
  return { list, view, end };
};
