import { clsx } from 'clsx';
import { usePendingApprovals } from '../../api/approvals.ts';
import { useSession } from '../../api/session.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ActiveIncidents } from '../../overview/active-incidents.tsx';
import { AnalyticsStrip } from '../../overview/analytics-strip.tsx';
import { RecentlyResolved } from '../../overview/recently-resolved.tsx';
import { StartFault } from '../../overview/start-fault.tsx';
import { SystemStatus } from '../../overview/system-status.tsx';
import { WaitingApprovals } from '../../overview/waiting-approvals.tsx';
import { Page } from '../../ui/page.tsx';
import { SectionBoundary } from '../../ui/section-boundary.tsx';

export const OverviewPage = () => {
  useTitle('Overview');
  const lab = useSession()?.lab ?? false;
  const waiting = (usePendingApprovals().data?.total ?? 0) > 0;
  return (
    <Page className="lg:grid lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start">
      <div className="flex min-w-0 flex-col gap-5">
        <SectionBoundary name="Active incidents">
          <ActiveIncidents />
        </SectionBoundary>
        <SectionBoundary name="How it went">
          <AnalyticsStrip />
        </SectionBoundary>
        <SectionBoundary name="Recently resolved">
          <RecentlyResolved />
        </SectionBoundary>
      </div>
      <div className="flex min-w-0 flex-col gap-5 max-lg:contents">
        <div className={clsx(waiting && 'max-lg:order-first')}>
          <SectionBoundary name="Waiting for approval">
            <WaitingApprovals />
          </SectionBoundary>
        </div>
        {lab && (
          <SectionBoundary name="Demo service">
            <StartFault />
          </SectionBoundary>
        )}
        <SectionBoundary name="System status">
          <SystemStatus />
        </SectionBoundary>
      </div>
    </Page>
  );
};
