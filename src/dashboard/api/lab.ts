import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { read, write } from './request.ts';

const labKey = ['lab'] as const;
const REFRESH_MS = 2_000;

const LabStatus = z.object({
  state: z.enum(['starting', 'idle', 'injecting', 'active', 'recovered', 'stopped']),
  startedAt: z.string().nullable(),
  message: z.string(),
  choices: z.array(z.object({ id: z.string(), title: z.string() })),
  chosen: z.string().nullable(),
  pace: z.number(),
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

const Answer = z.object({ started: z.boolean(), message: z.string() });

export type LabCommand = { do: 'faults'; fault?: string } | { do: 'reset' } | { do: 'pace'; pace: number };

/** Tells the demo's service what to do; the answer says what follows. */
export const useLabCommand = () => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ do: what, ...body }: LabCommand) => Answer.parse(await write('POST', `/lab/${what}`, body)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: labKey }),
  });
};
