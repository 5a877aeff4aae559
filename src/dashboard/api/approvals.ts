import { useQuery } from '@tanstack/react-query';
import { PendingApprovals } from '../../protocol/api.ts';
import { isTransient, read } from './request.ts';

export const pendingApprovalsKey = ['approvals', 'pending'] as const;

/** Without a live feed of approvals the list would go stale unseen. */
const REFRESH_MS = 30_000;

/** Asks when `wanted`, and shows what others asked for. */
export const usePendingApprovals = (wanted = true) =>
  useQuery({
    enabled: wanted,
    queryKey: pendingApprovalsKey,
    queryFn: () => read('/v1/notifications/approvals/pending', PendingApprovals),
    refetchInterval: REFRESH_MS,
    // A hidden tab is the one that has to tell.
    refetchIntervalInBackground: true,
    retry: (count, error) => count < 3 && isTransient(error),
  });
