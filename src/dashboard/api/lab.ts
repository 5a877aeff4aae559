import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { read, write } from './request.ts';

const labKey = ['lab'] as const;
const REFRESH_MS = 2_000;

const LabStatus = z.object({
  state: z.enum(['starting', 'idle', 'injecting', 'active', 'recovered', 'stopped']),
  startedAt: z.string().nullable(),
  message: z.string(),
});
export type LabStatus = z.infer<typeof LabStatus>;

/** The demo's own service; only asked for where there is one. */
export const useLab = (enabled: boolean) =>
  useQuery({
    queryKey: labKey,
    queryFn: () => read('/lab/status', LabStatus),
    refetchInterval: REFRESH_MS,
    enabled,
  });

export const useStartFault = () => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () =>
      z.object({ started: z.boolean(), message: z.string() }).parse(await write('POST', '/lab/faults')),
    onSettled: () => queryClient.invalidateQueries({ queryKey: labKey }),
  });
};
