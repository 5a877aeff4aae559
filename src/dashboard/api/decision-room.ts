import { useMutation, useQueryClient } from '@tanstack/react-query';
import { pendingApprovalsKey } from './approvals.ts';
import { write } from './request.ts';

/** What is done around a plan beside deciding on it; that it was done is seen in the events. */
const useRoomCall = <Variables>(
  remediationId: string,
  call: (path: string, variables: Variables) => Promise<unknown>,
) => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (variables: Variables) => call(`/v1/remediation/${encodeURIComponent(remediationId)}`, variables),
    onSettled: () => queryClient.invalidateQueries({ queryKey: pendingApprovalsKey }),
  });
};

/** undefined: the caller sees to it; null: nobody. */
export const useClaim = (remediationId: string) =>
  useRoomCall(remediationId, (path, to: string | null | undefined) => write('POST', `${path}/claim`, { to }));

export const useObject = (remediationId: string) =>
  useRoomCall(remediationId, (path, reason: string) => write('POST', `${path}/objection`, { reason }));

/** Whose objection it is, by the id. */
export const useWithdraw = (remediationId: string) =>
  useRoomCall(remediationId, (path, objectorId: string | undefined) =>
    write('DELETE', `${path}/objection`, { objectorId }),
  );

/** undefined: all of the plan's preconditions. */
export const useCheckPlan = (remediationId: string) =>
  useRoomCall(remediationId, (path, preconditionId: string | undefined) =>
    write('POST', `${path}/check`, { preconditionId }),
  );

export const useRollBack = (remediationId: string) =>
  useRoomCall(remediationId, (path, reason: string | undefined) => write('POST', `${path}/rollback`, { reason }));
