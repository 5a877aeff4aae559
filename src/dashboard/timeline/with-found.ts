import type { RowView } from './filter-rows.ts';
import { nextGeneration, type Row } from './rows.ts';

/** A view with rows above it that were found on the server: they take the indexes before the view's first. */
export const withFound = (view: RowView, found: readonly Row[], generation: number): RowView => {
  if (found.length === 0) return view;
  const first = view.first - found.length;
  return {
    ...view,
    first,
    generation,
    rowAt: (index) => (index < view.first ? found[index - first] : view.rowAt(index)),
  };
};

/** A name for each pair of a view's life and what was found above it. */
export const createFoundGeneration = () => {
  let known: { found: readonly Row[]; of: string; generation: number } | undefined;
  return (view: RowView, found: readonly Row[]): number => {
    const of = `${view.generation} ${view.first}`;
    if (known?.found !== found || known.of !== of) known = { found, of, generation: nextGeneration() };
    return known.generation;
  };
};
