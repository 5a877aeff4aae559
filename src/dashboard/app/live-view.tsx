import { useLocation, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useIncident } from '../api/incidents.ts';
import { useSession } from '../api/session.ts';
import { Header } from '../investigation/header.tsx';
import { Queued } from '../investigation/queued.tsx';
import { useConnection } from '../relay/relay-provider.tsx';
import { useIsTold } from '../relay/use-is-told.ts';
import { useWatch } from '../relay/use-watch.ts';
import { Remediation } from '../remediation/remediation.tsx';
import { AskFeedback, GivenFeedback } from '../steering/feedback.tsx';
import { KnownSolutions } from '../steering/known-solutions.tsx';
import { Steering } from '../steering/steering.tsx';
import { ClosingProvider } from '../store/closing-provider.tsx';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { IncidentSearch } from './incident-search.ts';
import { IncidentView, PANEL } from './incident-view.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
import { useNeighbours } from './use-neighbours.ts';

const linkTo = (incidentId: string, { event, at }: { event?: string; at?: number | undefined }): string => {
  const url = new URL(`/incidents/${encodeURIComponent(incidentId)}`, location.origin);
  if (event !== undefined) url.searchParams.set('event', event);
  if (at !== undefined) url.searchParams.set('at', String(at));
  return url.href;
};

function Live({ incidentId }: { incidentId: string }) {
  useNeighbours(incidentId);
  const connection = useConnection();
  const session = useSession();
  const incident = useIncident(incidentId);
  const router = useRouter();
  const atPlan = useLocation({ select: ({ hash }) => hash === 'remediation' });
  const hasEvents = useInvestigationPart(incidentId, (investigation) => investigation.lastAt !== null);
  const linkOf = useCallback((id: string) => linkTo(incidentId, { event: id }), [incidentId]);

  if (incident.error !== null && incident.data === undefined && !hasEvents)
    return (
      <ErrorState className="flex-1" title="The incident could not be loaded" onRetry={() => void incident.refetch()}>
        {incident.error.message} What the relay sends about it is shown here as soon as it comes.
      </ErrorState>
    );

  return (
    <ClosingProvider incident={incident.data}>
      <IncidentView
        incidentId={incidentId}
        description={incident.data?.description ?? ''}
        recording={false}
        linkOf={linkOf}
        header={
          <Header
            incidentId={incidentId}
            incident={incident.data}
            pending={incident.isPending}
            link={() => linkTo(incidentId, { at: IncidentSearch.parse(router.latestLocation.search).at })}
            userId={session?.user.userId}
            actions={<Steering incidentId={incidentId} status={incident.data?.status} />}
          />
        }
        empty={<Queued incidentId={incidentId} status={incident.data?.status} />}
        above={
          <>
            <KnownSolutions incidentId={incidentId} className={PANEL} />
            <AskFeedback incidentId={incidentId} className={PANEL} />
          </>
        }
        below={<GivenFeedback incidentId={incidentId} className={PANEL} />}
        plan={(renderEvidence) => (
          <Remediation
            incidentId={incidentId}
            renderEvidence={renderEvidence}
            connected={connection.state === 'live'}
            initiallyOpen={atPlan}
            className="min-h-0"
          />
        )}
      />
    </ClosingProvider>
  );
}

/** One incident as it happens. */
export const LiveView = ({ incidentId }: { incidentId: string }) => {
  useWatch(incidentId);
  return useIsTold(incidentId) ? <Live incidentId={incidentId} /> : <PageSkeleton />;
};
