import { useLocation } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { Agents } from '../agents/agents.tsx';
import { Gantt } from '../agents/gantt.tsx';
import { useIncident } from '../api/incidents.ts';
import { useSession } from '../api/session.ts';
import { Evidence, type EvidenceTarget } from '../evidence/evidence.tsx';
import { EvidencePiece } from '../evidence/evidence-piece.tsx';
import { Hypotheses } from '../hypotheses/hypotheses.tsx';
import { Announcer } from '../investigation/announcer.tsx';
import { Header } from '../investigation/header.tsx';
import { LiveLayout } from '../investigation/live-layout.tsx';
import { Queued } from '../investigation/queued.tsx';
import { StreamBar } from '../investigation/stream-bar.tsx';
import { Summary } from '../investigation/summary.tsx';
import { usePanelKeys } from '../investigation/use-panel-keys.ts';
import { EvidenceLinksContext } from '../lib/evidence-links.ts';
import { useRelay } from '../relay/relay-provider.tsx';
import { useWatch } from '../relay/use-watch.ts';
import { Remediation } from '../remediation/remediation.tsx';
import { RootCause } from '../root-cause/root-cause.tsx';
import { AskFeedback, GivenFeedback } from '../steering/feedback.tsx';
import { KnownSolutions } from '../steering/known-solutions.tsx';
import { Steering } from '../steering/steering.tsx';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SectionBoundary } from '../ui/section-boundary.tsx';
import { useNeighbours } from './use-neighbours.ts';

/** Where panels stand below each other, the links to them stay above: jumping leaves room for those. */
const PANEL = 'max-md:scroll-mt-11';

const linkTo = (incidentId: string, eventId?: string): string => {
  const url = new URL(`/incidents/${encodeURIComponent(incidentId)}`, location.origin);
  if (eventId !== undefined) url.searchParams.set('event', eventId);
  return url.href;
};

const useEvidenceLinks = (incidentId: string) => {
  const byId = useInvestigationPart(incidentId, (investigation) => investigation.evidenceById);
  const [target, setTarget] = useState<EvidenceTarget | null>(null);
  const open = useCallback((evidenceId: string) => setTarget({ evidenceId }), []);
  const links = useMemo(() => ({ byId, open }), [byId, open]);
  return { links, target };
};

/** One incident as it happens. */
export function LiveView({ incidentId, eventId }: { incidentId: string; eventId?: string }) {
  useWatch(incidentId);
  usePanelKeys();
  useNeighbours(incidentId);
  const { connection } = useRelay();
  const session = useSession();
  const incident = useIncident(incidentId);
  const { hash } = useLocation();
  const hasEvents = useInvestigationPart(incidentId, (investigation) => investigation.lastAt !== null);
  const [agent, setAgent] = useState<string | null>(null);
  const { links, target } = useEvidenceLinks(incidentId);
  const linkOf = useCallback((id: string) => linkTo(incidentId, id), [incidentId]);
  const renderEvidence = useCallback(
    (evidenceId: string) => <EvidencePiece incidentId={incidentId} evidenceId={evidenceId} />,
    [incidentId],
  );

  if (incident.error !== null && incident.data === undefined && !hasEvents)
    return (
      <ErrorState className="flex-1" title="The incident could not be loaded" onRetry={() => void incident.refetch()}>
        {incident.error.message} What the relay sends about it is shown here as soon as it comes.
      </ErrorState>
    );

  return (
    <EvidenceLinksContext value={links}>
      <LiveLayout
        header={
          <>
            <Header
              incidentId={incidentId}
              incident={incident.data}
              pending={incident.isPending}
              link={linkTo(incidentId)}
              userId={session?.user.userId}
              actions={<Steering incidentId={incidentId} status={incident.data?.status} />}
            />
            <Summary incidentId={incidentId} description={incident.data?.description ?? ''} />
            <Announcer incidentId={incidentId} />
          </>
        }
        agents={
          <SectionBoundary name="Agents">
            <Agents incidentId={incidentId} selected={agent} onSelect={setAgent} className={PANEL} />
          </SectionBoundary>
        }
        timeline={
          <SectionBoundary name="The timeline">
            <Gantt incidentId={incidentId} selected={agent} />
            <Timeline
              incidentId={incidentId}
              eventId={eventId}
              agent={agent}
              onAgent={setAgent}
              linkOf={linkOf}
              renderEvidence={renderEvidence}
              empty={<Queued incidentId={incidentId} status={incident.data?.status} />}
              className={`flex min-h-0 flex-1 flex-col ${PANEL}`}
            />
          </SectionBoundary>
        }
        findings={
          <SectionBoundary name="The findings">
            <KnownSolutions incidentId={incidentId} className={PANEL} />
            <AskFeedback incidentId={incidentId} className={PANEL} />
            <RootCause incidentId={incidentId} className={PANEL} />
            <Hypotheses incidentId={incidentId} className={PANEL} />
            <Evidence incidentId={incidentId} target={target} className={PANEL} />
            <GivenFeedback incidentId={incidentId} className={PANEL} />
          </SectionBoundary>
        }
        plan={
          <SectionBoundary name="Remediation">
            <Remediation
              incidentId={incidentId}
              renderEvidence={renderEvidence}
              connected={connection.state === 'live'}
              initiallyOpen={hash === 'remediation'}
              className="min-h-0"
            />
          </SectionBoundary>
        }
        footer={<StreamBar incidentId={incidentId} />}
      />
    </EvidenceLinksContext>
  );
}
