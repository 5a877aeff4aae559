import { Link } from '@tanstack/react-router';
import { usePendingApprovals } from '../api/approvals.ts';
import { byDeadline } from '../lib/by-deadline.ts';
import { Deadline } from '../lib/deadline.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { rowLink } from '../ui/row-link.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';

const SHOWN = 4;

export const WaitingApprovals = () => {
  const { data, error, isPending, refetch } = usePendingApprovals();
  const items = byDeadline(data?.items ?? []);
  const body = () => {
    if (isPending) return <SkeletonRows label="Loading approvals" count={2} className="px-4 pb-4" />;
    if (error !== null && items.length === 0)
      return (
        <ErrorState title="The approvals could not be loaded" onRetry={() => void refetch()}>
          {error.message}
        </ErrorState>
      );
    if (items.length === 0)
      return (
        <p className="px-4 pb-4 text-muted text-sm">
          Nothing waits for a decision. When the agents propose a fix, nothing runs until an admin approves it.
        </p>
      );
    return (
      <ul aria-label="Waiting for approval">
        {items.slice(0, SHOWN).map((item) => (
          <li
            key={item.approvalId}
            className="relative flex min-h-row items-center gap-3 border-line border-t px-4 py-2 hover:bg-hover"
          >
            <div className="min-w-0 flex-1">
              <Link
                to="/incidents/$incidentId"
                params={{ incidentId: item.incidentId }}
                hash="remediation"
                className={`wrap-anywhere line-clamp-2 font-medium text-ink text-sm ${rowLink}`}
              >
                {item.remediationTitle}
              </Link>
              <p className="truncate text-muted text-xs">{item.incidentTitle}</p>
            </div>
            <Deadline until={item.expiresAt} />
          </li>
        ))}
      </ul>
    );
  };
  return (
    <Card>
      <Panel
        title="Waiting for approval"
        aside={
          items.length > SHOWN && (
            <Link to="/approvals" className="text-accent no-underline hover:underline">
              All {items.length}
            </Link>
          )
        }
        bodyClassName=""
      >
        {body()}
      </Panel>
    </Card>
  );
};
