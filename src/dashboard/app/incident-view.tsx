import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { Evidence } from '../evidence/evidence.tsx';
import { EvidencePiece } from '../evidence/evidence-piece.tsx';
import { Hypotheses } from '../hypotheses/hypotheses.tsx';
import { Announcer } from '../investigation/announcer.tsx';
import { LiveLayout, THREE_COLUMNS } from '../investigation/live-layout.tsx';
import { SinceYouLooked } from '../investigation/since-you-looked.tsx';
import { StreamBar } from '../investigation/stream-bar.tsx';
import { Summary } from '../investigation/summary.tsx';
import { usePanelKeys } from '../investigation/use-panel-keys.ts';
import { EvidenceLinksContext, type EvidenceTarget } from '../lib/evidence-links.ts';
import { ReplayBar } from '../replay/replay-bar.tsx';
import { ReplayProvider } from '../replay/replay-provider.tsx';
import { RootCause } from '../root-cause/root-cause.tsx';
import { useEvidenceById } from '../store/use-investigation.ts';
import { useUnread } from '../store/use-unread.ts';
import { SectionBoundary } from '../ui/section-boundary.tsx';
import { useMedia } from '../ui/use-media.ts';
import { FilteredAgents, FilteredGantt, FilteredTimeline } from './filtered-parts.tsx';
import { useMomentInAddress } from './use-incident-filter.ts';

/** Where panels stand below each other, the links to them stay above: jumping leaves room for those. */
export const PANEL = 'max-md:scroll-mt-11';

/** Another piece of evidence, or another moment, draws what names or shows some; not all of the page. */
const EvidenceLinks = ({ incidentId, children }: { incidentId: string; children: ReactNode }) => {
  const byId = useEvidenceById(incidentId);
  const [target, setTarget] = useState<EvidenceTarget>();
  const open = useCallback((evidenceId: string) => setTarget({ evidenceId }), []);
  const links = useMemo(() => ({ byId, open, target }), [byId, open, target]);
  return <EvidenceLinksContext value={links}>{children}</EvidenceLinksContext>;
};

type IncidentViewProps = {
  incidentId: string;
  description: string;
  recording: boolean;
  header: ReactNode;
  /** What is asked of people, above and below what was found. */
  above: ReactNode;
  below: ReactNode;
  plan: (renderEvidence: (evidenceId: string) => ReactNode) => ReactNode;
  /** What the timeline says while there is nothing yet. */
  empty: ReactNode;
  linkOf: (eventId: string) => string | null;
};

const Panels = ({
  incidentId,
  description,
  recording,
  header,
  above,
  below,
  plan,
  empty,
  linkOf,
}: IncidentViewProps) => {
  usePanelKeys();
  const { unread, late, dismiss } = useUnread(incidentId);
  const renderEvidence = useCallback(
    (evidenceId: string) => <EvidencePiece incidentId={incidentId} evidenceId={evidenceId} />,
    [incidentId],
  );
  const isWide = useMedia(THREE_COLUMNS);
  const since = recording ? null : (
    <SinceYouLooked incidentId={incidentId} unread={unread} late={late} folded={!isWide} onDismiss={dismiss} />
  );
  return (
    <LiveLayout
      header={
        <>
          {header}
          <Summary incidentId={incidentId} description={description} />
          <Announcer incidentId={incidentId} />
        </>
      }
      agents={
        <SectionBoundary name="Agents">
          <FilteredAgents incidentId={incidentId} className={PANEL} />
          {isWide && since}
        </SectionBoundary>
      }
      timeline={
        <SectionBoundary name="The timeline">
          <FilteredGantt incidentId={incidentId} />
          <FilteredTimeline
            incidentId={incidentId}
            unread={recording ? null : unread}
            linkOf={linkOf}
            renderEvidence={renderEvidence}
            empty={empty}
            className={`flex min-h-0 flex-1 flex-col ${PANEL}`}
          />
        </SectionBoundary>
      }
      findings={
        <>
          <SectionBoundary name="The findings">
            {!isWide && since}
            {above}
            <RootCause incidentId={incidentId} className={PANEL} />
            <Hypotheses incidentId={incidentId} className={PANEL} />
          </SectionBoundary>
          <SectionBoundary name="The evidence">
            <Evidence incidentId={incidentId} className={PANEL} />
          </SectionBoundary>
          {below}
        </>
      }
      plan={<SectionBoundary name="Remediation">{plan(renderEvidence)}</SectionBoundary>}
      footer={
        <StreamBar
          incidentId={incidentId}
          recording={recording}
          replay={
            <SectionBoundary name="The replay">
              <ReplayBar incidentId={incidentId} />
            </SectionBoundary>
          }
        />
      }
    />
  );
};

type ReplayInAddressProps = Pick<IncidentViewProps, 'incidentId' | 'recording'> & { children: ReactNode };

/** When the address follows what was drawn already, nothing of it is drawn anew. */
const ReplayInAddress = ({ children, ...rest }: ReplayInAddressProps) => (
  <ReplayProvider {...rest} {...useMomentInAddress()}>
    {children}
  </ReplayProvider>
);

/** One incident: as it happens, as it was at any moment, or from a file. */
export const IncidentView = (props: IncidentViewProps) => (
  <ReplayInAddress incidentId={props.incidentId} recording={props.recording}>
    <EvidenceLinks incidentId={props.incidentId}>
      <Panels {...props} />
    </EvidenceLinks>
  </ReplayInAddress>
);
