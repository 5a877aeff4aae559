import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { IncidentDetail, IncidentList } from '../../protocol/api.ts';
import { createIncidentTable, type Depth, type IncidentTable, type IncidentTableStore } from './incident-table.ts';
import { withPatience } from './patience.ts';
import { read } from './request.ts';

const PAGE = '100';

const tables = new WeakMap<QueryClient, IncidentTableStore>();

/** The table that belongs to this app's cache. */
export const incidentTableOf = (client: QueryClient): IncidentTableStore => {
  const known = tables.get(client);
  if (known !== undefined) return known;
  const made = createIncidentTable({
    page: ({ status, cursor }) => {
      const search = new URLSearchParams({ limit: PAGE, order: 'desc' });
      if (status !== undefined) search.set('status', status);
      if (cursor !== undefined) search.set('cursor', cursor);
      return withPatience(() => read(`/v1/incidents?${search}`, IncidentList));
    },
    one: (incidentId) => read(`/v1/incidents/${encodeURIComponent(incidentId)}`, IncidentDetail),
  });
  tables.set(client, made);
  return made;
};

/** A part of the table, which is loaded to this depth while somebody looks; null for what is there. */
export const useIncidentTable = <T>(select: (table: IncidentTable) => T, depth: Depth | null = 'recent'): T => {
  const table = incidentTableOf(useQueryClient());
  useEffect(() => {
    if (depth !== null) table.want(depth);
  }, [table, depth]);
  return useStore(table, select);
};

export const useIncidentTableActions = (): Pick<IncidentTableStore, 'retry' | 'more' | 'reconcile'> =>
  incidentTableOf(useQueryClient());
