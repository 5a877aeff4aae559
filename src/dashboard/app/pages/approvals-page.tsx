import { Lock, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { PendingApproval } from '../../../protocol/api.ts';
import { usePendingApprovals } from '../../api/approvals.ts';
import { useSession } from '../../api/session.ts';
import { ApprovalList } from '../../approvals/approval-list.tsx';
import { NotificationOffer } from '../../approvals/notification-offer.tsx';
import { byDeadline } from '../../lib/by-deadline.ts';
import { useTitle } from '../../lib/use-title.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { DecideHere } from '../decide-here.tsx';

export const ApprovalsPage = () => {
  useTitle('Approvals');
  const { data, error, isPending, refetch } = usePendingApprovals();
  const mayDecide = useSession()?.user.roles.includes('admin') ?? false;
  const [deciding, setDeciding] = useState<{ approval: PendingApproval; what: 'approve' | 'reject' } | null>(null);
  const items = byDeadline(data?.items ?? []);
  const body = () => {
    if (isPending) return <SkeletonRows label="Loading approvals" count={4} />;
    if (error !== null && items.length === 0)
      return (
        <ErrorState title="The approvals could not be loaded" onRetry={() => void refetch()}>
          {error.message}
        </ErrorState>
      );
    if (items.length > 0)
      return (
        <ApprovalList
          approvals={items}
          whyNot={mayDecide ? undefined : 'Only admins can approve or reject'}
          onDecide={(approval, what) => setDeciding({ approval, what })}
        />
      );
    return (
      <Card>
        <EmptyState icon={<ShieldCheck />} title="Nothing waits for a decision" className="py-16">
          When the agents have a fix, its whole plan appears here with its deadline, and in the tab’s title. Nothing
          runs until an admin approves it.
        </EmptyState>
      </Card>
    );
  };
  return (
    <Page width="normal">
      {!mayDecide && (
        <p className="flex items-center gap-2 rounded-md border border-line bg-surface px-3 py-2 text-muted text-sm">
          <Lock />
          You are a member: you can read every plan, and an admin decides.
        </p>
      )}
      {body()}
      <NotificationOffer />
      {deciding !== null && (
        <DecideHere
          incidentId={deciding.approval.incidentId}
          remediationId={deciding.approval.remediationId}
          what={deciding.what}
          onClose={() => setDeciding(null)}
        />
      )}
    </Page>
  );
};
