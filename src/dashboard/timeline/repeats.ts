import type { RowView } from './filter-rows.ts';
import type { Row } from './rows.ts';

/** From so many on, repeated steps stand in one row. */
const FEWEST = 4;
/** One row stands for no more than this many, so that none is far from where it belongs. */
const MOST = 50;

/** What makes two steps of an agent the same; null for a row that always stands for itself. */
const repeatKey = (row: Row): string | null => {
  switch (row.kind) {
    case 'tool':
      return row.state === 'failed' || row.state === 'left' ? null : `tool ${row.agent} ${row.tool}`;
    case 'status':
    case 'thought':
      return `${row.kind} ${row.agent} ${row.text}`;
    case 'note': {
      // While a plan waits its facts are looked at again and again; what is worth a line is one that changes.
      const { event } = row;
      const holds = event.method === 'remediation.precondition' && event.params.status === 'holds';
      return holds ? `holds ${event.params.remediationId}` : null;
    }
    default:
      return null;
  }
};

/** A run of repeated steps, from `start` up to `end` of the view. */
export type Run = { start: number; end: number };

type Open = { key: string | null; start: number };

/**
 * Finds runs of repeated steps as rows come. A run that was found is never broken up again by a step of it that fails:
 * who draws it leaves that step visible.
 */
export const createRepeats = () => {
  /** The run of each row, from `first` on; one row alone is a run of one. */
  let runs: Run[] = [];
  let first = 0;
  let generation = -1;
  let open: Open = { key: null, start: 0 };

  const add = (view: RowView, index: number): void => {
    const row = view.rowAt(index);
    const key = row === undefined ? null : repeatKey(row);
    const last = runs.at(-1);
    if (key !== null && key === open.key && last !== undefined && index - open.start < MOST) {
      last.end = index + 1;
      runs.push(last);
    } else {
      open = { key, start: index };
      runs.push({ start: index, end: index + 1 });
    }
  };

  return {
    sync(view: RowView): void {
      if (view.generation !== generation || view.end < first + runs.length) {
        runs = [];
        first = view.first;
        generation = view.generation;
        open = { key: null, start: first };
      }
      if (view.first > first) {
        runs.splice(0, view.first - first);
        first = view.first;
      }
      for (let index = first + runs.length; index < view.end; index += 1) add(view, index);
    },
    /** The run that the row is in, where it is long enough to stand in one row. */
    runAt(index: number): Run | undefined {
      const run = runs[index - first];
      if (run === undefined || run.end - run.start < FEWEST) return undefined;
      // Of a run whose beginning was let go the rest goes on under its own first row.
      return run.start < first ? { start: first, end: run.end } : run;
    },
  };
};
