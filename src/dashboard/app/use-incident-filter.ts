import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { RowFilter } from '../timeline/filter-rows.ts';
import { filterOf, IncidentSearch, searchOf } from './incident-search.ts';

// A navigation asks for what is read of the address several times; with structural sharing only another answer is drawn.

/** What the timeline is narrowed to, kept in the address. */
export const useIncidentFilter = () =>
  useSearch({ strict: false, select: (all) => filterOf(IncidentSearch.parse(all)), structuralSharing: true });

/** Of that only the agent. */
export const useFilteredAgent = () =>
  useSearch({ strict: false, select: (all) => filterOf(IncidentSearch.parse(all)).agent });

/** Of that only the time, in epoch milliseconds. */
export const useFilteredRange = () =>
  useSearch({
    strict: false,
    select: (all) => {
      const { from, to } = filterOf(IncidentSearch.parse(all));
      return { from, to };
    },
    structuralSharing: true,
  });

const useNavigateHere = () => {
  const navigate = useNavigate();
  return useCallback(
    (change: (before: object) => object) => void navigate({ to: '.', search: change, replace: true }),
    [navigate],
  );
};

/** A change of the filter is no new step of the browser's history. */
export const useChangeFilter = () => {
  const navigate = useNavigateHere();
  return useCallback(
    (change: Partial<RowFilter>) =>
      navigate((before) => ({
        ...before,
        ...searchOf({ ...filterOf(IncidentSearch.parse(before)), ...change }),
      })),
    [navigate],
  );
};

/** The event that the address leads to. */
export const useEventInAddress = () => useSearch({ strict: false, select: (all) => IncidentSearch.parse(all).event });

/** The moment of the past that the address leads to. */
export const useMomentInAddress = () => {
  const at = useSearch({ strict: false, select: (all) => IncidentSearch.parse(all).at });
  const navigate = useNavigateHere();
  const onAt = useCallback((next: number | undefined) => navigate((before) => ({ ...before, at: next })), [navigate]);
  return { at, onAt };
};
