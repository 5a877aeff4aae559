import { Lock, ScrollText } from 'lucide-react';
import { useSession } from '../../api/session.ts';
import { AuditList } from '../../audit/audit-list.tsx';
import { isMissing, useAudit } from '../../audit/use-audit.ts';
import { VerifyAudit } from '../../audit/verify-audit.tsx';
import { useTitle } from '../../lib/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

export const AuditPage = () => {
  useTitle('Audit');
  const isAdmin = useSession()?.user.roles.includes('admin') ?? false;
  const audit = useAudit(isAdmin);
  const items = audit.data?.pages.flatMap((page) => page.items) ?? [];
  const body = () => {
    if (!isAdmin)
      return (
        <EmptyState icon={<Lock />} title="The audit is for admins">
          Who decided what on an incident is in its timeline, which you can read.
        </EmptyState>
      );
    if (audit.isPending) return <SkeletonRows label="Loading the audit" count={8} className="p-4" />;
    if (isMissing(audit.error))
      return (
        <EmptyState icon={<ScrollText />} title="This server keeps no audit yet">
          Every decision is still in its incident’s timeline: who, when and why.
        </EmptyState>
      );
    if (audit.error !== null && items.length === 0)
      return (
        <ErrorState title="The audit could not be loaded" onRetry={() => void audit.refetch()}>
          {audit.error.message}
        </ErrorState>
      );
    if (items.length === 0)
      return (
        <EmptyState icon={<ScrollText />} title="Nothing recorded yet">
          Decisions and changes appear here as they are made.
        </EmptyState>
      );
    return <AuditList items={items} />;
  };
  return (
    <Page width="wide">
      {items.length > 0 && <VerifyAudit items={items} />}
      <Card>{body()}</Card>
      {audit.hasNextPage && (
        <Button className="self-center" busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
          Older entries
        </Button>
      )}
    </Page>
  );
};
