import type { RowView } from './filter-rows.ts';
import { createRepeats, type Run } from './repeats.ts';
import { createRowHeights } from './row-heights.ts';
import { isFailed, type Row, type RowList } from './rows.ts';

/** What a row measures before it was drawn: one line, or two where the columns stand below each other. */
export type LineHeights = { line: number; wrapped: number };

export const WIDE: LineHeights = { line: 28, wrapped: 48 };
export const NARROW: LineHeights = { line: 46, wrapped: 66 };

const estimate = (row: Row | undefined, { line, wrapped }: LineHeights): number => {
  switch (row?.kind) {
    case 'finding':
    case 'root-cause':
    case 'hypothesis':
      return wrapped;
    default:
      return line;
  }
};

/** More heights than rows in the view by so many, and those of rows that are gone are forgotten. */
const MOST_MEASURED = 1_000;

/**
 * Where each row of a view is drawn. It is kept up as rows come, change and go; a row that was drawn once keeps the
 * height that it had.
 */
export const createListLayout = () => {
  const heights = createRowHeights();
  const repeats = createRepeats();
  /** By the key of the row, of those that measured something else than was expected. */
  const measured = new Map<number | string, number>();
  const openRuns = new Set<number | string>();
  let lines = WIDE;
  let generation = -1;
  let revisions = 0;
  let view: RowView | undefined;

  const keyAt = (index: number): number | string => view?.rowAt(index)?.key ?? index;

  /** The run that stands in one row at its first row. */
  const foldedRunAt = (index: number): Run | undefined => {
    const run = repeats.runAt(index);
    return run === undefined || openRuns.has(keyAt(run.start)) ? undefined : run;
  };

  const headingOf = (index: number): number | undefined => {
    const run = foldedRunAt(index);
    const row = run === undefined ? undefined : view?.rowAt(index);
    return row === undefined || isFailed(row) ? undefined : run?.start;
  };

  const isHidden = (index: number): boolean => {
    const heading = headingOf(index);
    return heading !== undefined && heading !== index;
  };

  const heightOf = (index: number): number => {
    if (isHidden(index)) return 0;
    const known = measured.get(keyAt(index));
    if (known !== undefined) return known;
    const isHead = foldedRunAt(index)?.start === index;
    return isHead ? lines.line : estimate(view?.rowAt(index), lines);
  };

  const refit = ({ start, end }: Run): void => {
    for (let index = start; index < Math.min(end, heights.end); index += 1) heights.set(index, heightOf(index));
  };

  const restart = (next: RowView): void => {
    heights.reset(next.first);
    generation = next.generation;
  };

  /** Forgets how high rows were that are not in the view any more. */
  const forgetGone = (): void => {
    const before = new Map(measured);
    measured.clear();
    for (let index = heights.first; index < heights.end; index += 1) {
      const height = before.get(keyAt(index));
      if (height !== undefined) measured.set(keyAt(index), height);
    }
  };

  return {
    sync(next: RowView, list: RowList, nextLines: LineHeights): void {
      view = next;
      if (nextLines !== lines) {
        lines = nextLines;
        measured.clear();
        restart(next);
      }
      repeats.sync(next);
      if (next.generation !== generation || next.end < heights.end) {
        restart(next);
        revisions = list.revisions;
      }
      if (next.first > heights.first) heights.dropBefore(next.first);
      for (const revised of list.revisedSince(revisions)) {
        const index = next.placeOf(revised);
        if (index < heights.end && heights.at(index) === 0) heights.set(index, heightOf(index));
      }
      revisions = list.revisions;
      for (let index = heights.end; index < next.end; index += 1) {
        heights.add(heightOf(index));
        const run = foldedRunAt(index);
        // Only now is the run long enough: those before it were drawn one by one.
        if (run !== undefined && index > run.start && heights.at(index - 1) !== 0) refit({ ...run, end: index });
      }
    },
    /** The measured height of a row; whether that moves anything. */
    measure(index: number, height: number): boolean {
      if (index < heights.first || index >= heights.end || heights.at(index) === height) return false;
      measured.set(keyAt(index), height);
      if (measured.size > MOST_MEASURED + heights.end - heights.first) forgetGone();
      heights.set(index, height);
      return true;
    },
    toggleRun(index: number): void {
      const run = repeats.runAt(index);
      if (run === undefined) return;
      const key = keyAt(run.start);
      if (!openRuns.delete(key)) openRuns.add(key);
      measured.delete(key);
      refit(run);
    },
    /** Opens the run in which this row would not be seen. */
    reveal(index: number): void {
      if (isHidden(index)) this.toggleRun(index);
    },
    /** The run whose heading stands at this row, and whether its rows are shown below. */
    headAt(index: number): { run: Run; open: boolean } | undefined {
      const run = repeats.runAt(index);
      return run?.start === index ? { run, open: openRuns.has(keyAt(index)) } : undefined;
    },
    /** Where the heading is that stands for this row, which is not drawn itself; undefined where it is. */
    headingOf,
    isHidden,
    offsetOf: (index: number): number => heights.offsetOf(Math.min(index, heights.end)),
    indexAt: (offset: number): number => heights.indexAt(offset),
    /** The rows to draw between two offsets, in order. */
    range(from: number, to: number, end: number): number[] {
      const indexes: number[] = [];
      if (end <= heights.first) return indexes;
      let index = heights.indexAt(from);
      for (let offset = heights.offsetOf(index); index < end && offset < to; index += 1) {
        const height = heights.at(index);
        if (height === 0 && isHidden(index)) continue;
        indexes.push(index);
        offset += height;
      }
      return indexes;
    },
  };
};

export type ListLayout = ReturnType<typeof createListLayout>;
