import { useMutation, useQueryClient } from '@tanstack/react-query';
import { pendingApprovalsKey } from './approvals.ts';
import { incidentKey } from './incidents.ts';
import { write } from './request.ts';

type Target = { incidentId: string; remediationId: string };

/** Nothing is shown as decided before the server has said so, and an answer that says no is as final as one that says yes. */
const useDecision = <Variables extends Target>(
  verb: 'approve' | 'reject' | 'execute',
  bodyOf: (variables: Variables) => object,
) => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (variables: Variables) =>
      write('POST', `/v1/remediation/${encodeURIComponent(variables.remediationId)}/${verb}`, bodyOf(variables)),
    onSettled: (_data, _error, { incidentId }) =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: pendingApprovalsKey }),
        queryClient.invalidateQueries({ queryKey: incidentKey(incidentId) }),
      ]),
  });
};

export const useApprove = () =>
  useDecision(
    'approve',
    ({ planDigest, seenSeq, notes }: Target & { planDigest?: string; seenSeq?: number; notes?: string }) => ({
      planDigest,
      seenSeq,
      notes,
    }),
  );

export const useReject = () => useDecision('reject', ({ reason }: Target & { reason: string }) => ({ reason }));

export const useExecute = () => useDecision('execute', (_: Target) => ({}));
