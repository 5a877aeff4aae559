import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { IncidentDetail } from '../../protocol/api.ts';
import type { Severity } from '../../protocol/values.ts';
import { isTransient, read, write } from './request.ts';
import { incidentTableOf } from './use-incident-table.ts';

export const incidentKey = (incidentId: string) => ['incident', incidentId] as const;

export const useIncident = (incidentId: string) => {
  const table = incidentTableOf(useQueryClient());
  return useQuery({
    queryKey: incidentKey(incidentId),
    queryFn: async () => {
      const learn = table.asking();
      const incident = await read(`/v1/incidents/${encodeURIComponent(incidentId)}`, IncidentDetail);
      learn(incident);
      return incident;
    },
    retry: (count, error) => count < 3 && isTransient(error),
  });
};

const useIncidentChange = <Variables, Answer>(change: (variables: Variables) => Promise<Answer>) => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['incident'] }),
  });
};

export const useCreateIncident = () => {
  const table = incidentTableOf(useQueryClient());
  return useIncidentChange(async (incident: { title: string; description: string; severity: Severity }) => {
    const created = IncidentDetail.parse(await write('POST', '/v1/incidents/chat', incident));
    table.created(created);
    return created;
  });
};

const Started = z.looseObject({ message: z.string() });

/** Answers with what the server said: whether agents are on their way, or have to be waited for. */
export const useStartInvestigation = (incidentId: string) =>
  useIncidentChange<void, string>(async () => {
    const answer = Started.safeParse(await write('POST', `/v1/investigation/${encodeURIComponent(incidentId)}`));
    return answer.success ? answer.data.message : 'The agents have been asked.';
  });
