import type { Feed } from '../store/feed.ts';
import type { Unread } from '../store/use-unread.ts';
import type { RowView } from './filter-rows.ts';
import type { RowNote } from './row-notes.tsx';
import type { RowList } from './rows.ts';

/** A note and the row of the view before which it stands; behind the last row where that is the view's end. */
export type PlacedNote = { index: number; note: RowNote };

export const notesOf = (feed: Pick<Feed, 'healed' | 'unheard' | 'reset'>, unread: Unread | null): RowNote[] => [
  ...feed.healed.map((healed) => ({ kind: 'healed' as const, ...healed })),
  ...feed.unheard.map((unheard) => ({ kind: 'unheard' as const, ...unheard })),
  ...(feed.reset === null ? [] : [{ kind: 'reset' as const, ordinal: 0, at: feed.reset }]),
  ...(unread === null ? [] : [{ kind: 'unread' as const, ...unread }]),
];

type Shown = {
  list: RowList;
  view: RowView;
  end: number;
  /** The list ends with the newest event. */
  isNewest: boolean;
};

/** What was not heard is said though nothing came after it yet; the other notes are about the rows behind them. */
export const placeNotes = (notes: readonly RowNote[], { list, view, end, isNewest }: Shown): PlacedNote[] =>
  notes.flatMap((note) => {
    const index = view.placeOf(list.indexFrom(note.ordinal));
    if (index < end) return [{ index, note }];
    return isNewest && note.kind === 'unheard' ? [{ index: end, note }] : [];
  });
