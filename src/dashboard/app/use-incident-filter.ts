import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { RowFilter } from '../timeline/filter-rows.ts';
import { filterOf, IncidentSearch, searchOf } from './incident-search.ts';

/** What the timeline is narrowed to, kept in the address; a change of it is no new step of the browser's history. */
export const useIncidentFilter = () => {
  const search = useSearch({ strict: false, select: (all) => IncidentSearch.parse(all) });
  const navigate = useNavigate();
  const filter = useMemo(() => filterOf(search), [search]);
  const onFilter = useCallback(
    (change: Partial<RowFilter>) =>
      void navigate({
        to: '.',
        search: (before: object) => {
          const now = IncidentSearch.parse(before);
          return { ...before, ...searchOf({ ...filterOf(now), ...change }) };
        },
        replace: true,
      }),
    [navigate],
  );
  return { eventId: search.event, filter, onFilter };
};

/** The moment of the past that the address leads to. */
export const useMomentInAddress = () => {
  const at = useSearch({ strict: false, select: (all) => IncidentSearch.parse(all).at });
  const navigate = useNavigate();
  const onAt = useCallback(
    (next: number | undefined) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, at: next }), replace: true }),
    [navigate],
  );
  return { at, onAt };
};
