import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { IncidentDetail, IncidentList } from '../../protocol/api.ts';
import { createIncidentTable, type Depth, type IncidentTable, type IncidentTableStore } from './incident-table.ts';
import { ApiFailure, isTransient, read } from './request.ts';

const PAGE = '100';
const TRIES = 4;
const FIRST_WAIT_MS = 500;
/** A server that says "too many" without saying for how long. */
const BUSY_WAIT_MS = 5_000;

const isBusy = (error: unknown): boolean => error instanceof ApiFailure && error.status === 429;

/** Again after what may pass: a server that restarts, or one that has had too much. */
const withPatience = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === TRIES || !(isTransient(error) || isBusy(error))) throw error;
      const waitMs = isBusy(error) ? BUSY_WAIT_MS : FIRST_WAIT_MS * 2 ** attempt;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
};

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
