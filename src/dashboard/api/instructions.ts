import { useMutation } from '@tanstack/react-query';
import { write } from './request.ts';

export type Instruction = 'ask' | 'skip' | 'stop';

const pathOf = (incidentId: string): string => `/v1/investigation/${encodeURIComponent(incidentId)}`;

/** Tells one agent something; that it was told is seen in the events. */
export const useInstruct = (incidentId: string) =>
  useMutation({
    mutationFn: ({ agentName, instruction }: { agentName: string; instruction: Instruction }) =>
      write('POST', `${pathOf(incidentId)}/agents/${encodeURIComponent(agentName)}/instruct`, { instruction }),
  });

/** Has a piece of evidence collected again; the new one comes under the same id. */
export const useCheckEvidence = (incidentId: string) =>
  useMutation({
    mutationFn: (evidenceId: string) =>
      write('POST', `${pathOf(incidentId)}/evidence/${encodeURIComponent(evidenceId)}/check`),
  });
