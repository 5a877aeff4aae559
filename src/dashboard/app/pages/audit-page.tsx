import { getRouteApi } from '@tanstack/react-router';
import { Lock, ScrollText } from 'lucide-react';
import { isMissing, useAudit } from '../../api/audit.ts';
import { useSession } from '../../api/session.ts';
import { AuditFilters } from '../../audit/audit-filters.tsx';
import { AuditList } from '../../audit/audit-list.tsx';
import { VerifyAudit } from '../../audit/verify-audit.tsx';
import { useTitle } from '../../lib/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

const route = getRouteApi('/audit');

export const AuditPage = () => {
  useTitle('Audit');
  const isAdmin = useSession()?.user.roles.includes('admin') ?? false;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const audit = useAudit(isAdmin, search);
  const items = audit.data?.pages.flatMap((page) => page.items) ?? [];
  const total = audit.data?.pages[0]?.total;
  const count =
    total === undefined ? '' : `${items.length.toLocaleString('en')} of ${total.toLocaleString('en')} listed`;
  const filtered = (search.action ?? search.actor ?? search.incident) !== undefined;
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
    if (items.length === 0 && filtered)
      return (
        <EmptyState icon={<ScrollText />} title="No entry matches">
          Clear the filters, or check the incident’s id.
        </EmptyState>
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
      {isAdmin && !isMissing(audit.error) && (
        <AuditFilters
          search={search}
          count={count}
          onChange={(next) => void navigate({ search: next, replace: true })}
        />
      )}
      {items.length > 0 && <VerifyAudit key={JSON.stringify(search)} items={items} />}
      <Card>{body()}</Card>
      {audit.hasNextPage && (
        <Button className="self-center" busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
          Older entries
        </Button>
      )}
    </Page>
  );
};
