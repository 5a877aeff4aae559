import { getRouteApi } from '@tanstack/react-router';
import { Download, Lock, ScrollText, ShieldCheck } from 'lucide-react';
import { useMemo } from 'react';
import { isMissing, useAudit, useVerifyAudit } from '../../api/audit.ts';
import { ApiFailure } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { AuditFilters } from '../../audit/audit-filters.tsx';
import { AuditList } from '../../audit/audit-list.tsx';
import { auditFiltersOf } from '../../audit/audit-search.ts';
import { ExportAudit, useExportAudit } from '../../audit/export-audit.tsx';
import { VerifyAudit } from '../../audit/verify-audit.tsx';
import { usePageActions } from '../../lib/page-actions.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatNumber } from '../../ui/format-number.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useZone } from '../../ui/time-zone.ts';

const route = getRouteApi('/audit');

const Forbidden = () => (
  <EmptyState className="flex-1" icon={<Lock />} title="The audit is for admins">
    You are signed in as a member. Who decided what on an incident is in its timeline, which you can read; for the whole
    record ask an admin of your organisation.
  </EmptyState>
);

const Entries = () => {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const zone = useZone();
  const filters = useMemo(() => auditFiltersOf(search, zone), [search, zone]);
  const audit = useAudit(true, filters);
  const verify = useVerifyAudit();
  const exporting = useExportAudit(filters);
  const items = useMemo(() => audit.data?.pages.flatMap((page) => page.items) ?? [], [audit.data]);
  const total = audit.data?.pages[0]?.total ?? 0;
  const filtered = Object.values(search).some((value) => value !== undefined);
  const { mutate: verifyNow } = verify;
  const { mutate: exportNow } = exporting;
  usePageActions(
    useMemo(
      () =>
        items.length === 0
          ? []
          : [
              { id: 'verify', label: 'Verify all entries', icon: <ShieldCheck />, run: () => verifyNow({ filters }) },
              { id: 'jsonl', label: 'Export as JSON lines', icon: <Download />, run: () => exportNow('jsonl') },
              { id: 'csv', label: 'Export as CSV', icon: <Download />, run: () => exportNow('csv') },
            ],
      [items.length, filters, verifyNow, exportNow],
    ),
  );
  if (isMissing(audit.error))
    return (
      <EmptyState className="flex-1" icon={<ScrollText />} title="This server keeps no audit yet">
        Every decision is still in its incident’s timeline: who, when and why.
      </EmptyState>
    );
  if (audit.error instanceof ApiFailure && audit.error.status === 403) return <Forbidden />;
  const body = () => {
    if (audit.isPending) return <SkeletonRows label="Loading the audit" count={8} className="p-4" />;
    if (audit.error !== null && items.length === 0)
      return (
        <ErrorState
          className="flex-1"
          title="The audit could not be loaded"
          onRetry={() => void audit.refetch()}
          busy={audit.isFetching}
        >
          {audit.error.message}
        </ErrorState>
      );
    if (items.length === 0)
      return filtered ? (
        <EmptyState
          className="flex-1"
          icon={<ScrollText />}
          title="No entry matches"
          action={<Button onClick={() => void navigate({ search: {} })}>Show all</Button>}
        >
          Take a filter away, or check the incident’s id.
        </EmptyState>
      ) : (
        <EmptyState className="flex-1" icon={<ScrollText />} title="Nothing recorded yet">
          Decisions and changes appear here as they are made: by people, by agents and by the system.
        </EmptyState>
      );
    return (
      <>
        <VerifyAudit verify={verify} items={items} total={total} filters={filters}>
          <ExportAudit run={exporting} />
        </VerifyAudit>
        <div className="min-h-0 flex-1 overflow-y-auto bg-surface">
          <AuditList items={items} altered={verify.data?.altered} />
          <div className="flex min-h-12 items-center justify-center px-4 py-3 text-faint text-xs">
            {audit.hasNextPage ? (
              <Button size="sm" busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                Older entries
              </Button>
            ) : (
              'That is all of them.'
            )}
          </div>
        </div>
      </>
    );
  };
  return (
    <>
      <AuditFilters
        search={search}
        count={
          audit.data !== undefined &&
          `${formatNumber(items.length)} of ${formatNumber(total)} ${total === 1 ? 'entry' : 'entries'}`
        }
        onChange={(next) => {
          verify.reset();
          void navigate({ search: next, replace: true });
        }}
      />
      {body()}
    </>
  );
};

export const AuditPage = () => {
  useTitle('Audit');
  const isAdmin = useSession()?.user.roles.includes('admin') ?? false;
  return isAdmin ? <Entries /> : <Forbidden />;
};
