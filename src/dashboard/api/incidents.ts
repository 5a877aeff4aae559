import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { z } from 'zod';
import { IncidentDetail, IncidentList } from '../../protocol/api.ts';
import type { IncidentStatus, Severity } from '../../protocol/values.ts';
import { isTransient, read, write } from './request.ts';

const PAGE = 100;

export const incidentsKey = ['incidents'] as const;
export const incidentKey = (incidentId: string) => ['incident', incidentId] as const;

export type IncidentFilters = { severity?: Severity | undefined; status?: IncidentStatus | undefined };

export const useIncidents = (filters: IncidentFilters = {}) => {
  const query = useInfiniteQuery({
    queryKey: [...incidentsKey, filters],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const search = new URLSearchParams({ limit: String(PAGE), order: 'desc' });
      if (filters.severity !== undefined) search.set('severity', filters.severity);
      if (filters.status !== undefined) search.set('status', filters.status);
      if (pageParam !== '') search.set('cursor', pageParam);
      return read(`/v1/incidents?${search}`, IncidentList);
    },
    getNextPageParam: (page) => page.cursor ?? undefined,
    retry: (count, error) => count < 3 && isTransient(error),
  });
  const incidents = useMemo(() => query.data?.pages.flatMap((page) => page.incidents) ?? [], [query.data]);
  return {
    incidents,
    total: query.data?.pages[0]?.count ?? 0,
    isPending: query.isPending,
    error: query.error,
    hasNextPage: query.hasNextPage,
    fetchNextPage: query.fetchNextPage,
    refetch: query.refetch,
  };
};

export const useIncident = (incidentId: string) =>
  useQuery({
    queryKey: incidentKey(incidentId),
    queryFn: () => read(`/v1/incidents/${encodeURIComponent(incidentId)}`, IncidentDetail),
    retry: (count, error) => count < 3 && isTransient(error),
  });

const useIncidentChange = <Variables, Answer>(change: (variables: Variables) => Promise<Answer>) => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: incidentsKey });
      await queryClient.invalidateQueries({ queryKey: ['incident'] });
    },
  });
};

export const useCreateIncident = () =>
  useIncidentChange(async (incident: { title: string; description: string; severity: Severity }) =>
    IncidentDetail.parse(await write('POST', '/v1/incidents/chat', incident)),
  );

const Started = z.looseObject({ message: z.string() });

/** Answers with what the server said: whether agents are on their way, or have to be waited for. */
export const useStartInvestigation = (incidentId: string) =>
  useIncidentChange<void, string>(async () => {
    const answer = Started.safeParse(await write('POST', `/v1/investigation/${encodeURIComponent(incidentId)}`));
    return answer.success ? answer.data.message : 'The agents have been asked.';
  });
