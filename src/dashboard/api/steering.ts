import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  AbortAnswer,
  ContextAnswer,
  type InvestigationFeedback,
  KnownSolutionAnswer,
  type RemediationFeedback,
} from '../../protocol/api-steering.ts';
import { incidentKey } from './incidents.ts';
import { ApiFailure, write } from './request.ts';

/** What the server did is seen in the events; what it is asked for afterwards is only what no event patches. */
const useSteering = <Variables, Answer>(incidentId: string, send: (variables: Variables) => Promise<Answer>) => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => queryClient.invalidateQueries({ queryKey: incidentKey(incidentId) }),
  });
};

const pathOf = (incidentId: string, rest = ''): string => `/v1/investigation/${encodeURIComponent(incidentId)}${rest}`;

export const useAddContext = (incidentId: string) =>
  useSteering(incidentId, async (said: { context: string; reinvestigate: boolean }) =>
    ContextAnswer.parse(await write('POST', pathOf(incidentId, '/context'), said)),
  );

export const useAbort = (incidentId: string) =>
  useSteering(incidentId, async (reason: string) =>
    AbortAnswer.parse(await write('DELETE', pathOf(incidentId), { reason })),
  );

export const useDecideKnownSolution = (incidentId: string) =>
  useSteering(incidentId, async (decision: { action: 'accept' | 'dismiss'; patternId: string }) =>
    KnownSolutionAnswer.parse(await write('POST', pathOf(incidentId, '/known-solution'), decision)),
  );

export type FeedbackParts = {
  investigation?: z.input<typeof InvestigationFeedback> | undefined;
  remediation?: ({ remediationId: string } & z.input<typeof RemediationFeedback>) | undefined;
};

const wasGiven = (error: unknown): boolean =>
  error instanceof ApiFailure && error.error === 'feedback_already_submitted';

/** Of the investigation and of the fix, in this order: that the first was given already doesn't keep back the second. */
export const useGiveFeedback = (incidentId: string) =>
  useSteering(incidentId, async ({ investigation, remediation }: FeedbackParts) => {
    if (investigation !== undefined) {
      try {
        await write('POST', pathOf(incidentId, '/feedback'), investigation);
      } catch (error) {
        if (remediation === undefined || !wasGiven(error)) throw error;
      }
    }
    if (remediation === undefined) return;
    const { remediationId, ...feedback } = remediation;
    await write('POST', `/v1/remediation/${encodeURIComponent(remediationId)}/feedback`, feedback);
  });
