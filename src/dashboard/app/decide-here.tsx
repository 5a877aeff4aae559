import { useCallback, useMemo } from 'react';
import { EvidencePiece } from '../evidence/evidence-piece.tsx';
import { EvidenceLinksContext } from '../lib/evidence-links.ts';
import { useWatch } from '../relay/use-watch.ts';
import { ApproveDialog, RejectDialog } from '../remediation/decision-dialogs.ts';
import { useEvidenceById, useInvestigationPart } from '../store/use-investigation.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

type DecideHereProps = {
  incidentId: string;
  remediationId: string;
  what: 'approve' | 'reject';
  onClose: () => void;
};

const nothing = (): void => undefined;

/** The dialogs of a decision away from the incident's page; they show the plan as the relay tells it, not as a list had it. */
export const DecideHere = ({ incidentId, remediationId, what, onClose }: DecideHereProps) => {
  useWatch(incidentId);
  const plan = useInvestigationPart(incidentId, ({ remediations }) =>
    remediations.find((known) => known.remediationId === remediationId),
  );
  const cause = useInvestigationPart(incidentId, ({ rootCause }) => rootCause);
  const byId = useEvidenceById(incidentId);
  const links = useMemo(() => ({ byId, open: nothing }), [byId]);
  const renderEvidence = useCallback(
    (evidenceId: string) => <EvidencePiece incidentId={incidentId} evidenceId={evidenceId} />,
    [incidentId],
  );
  if (plan === undefined)
    return (
      <Dialog open onOpenChange={(open) => !open && onClose()} title="Loading the plan">
        <SkeletonRows label="Loading the plan" count={3} />
      </Dialog>
    );
  return what === 'approve' ? (
    <EvidenceLinksContext value={links}>
      <ApproveDialog
        incidentId={incidentId}
        plan={plan}
        cause={cause}
        renderEvidence={renderEvidence}
        onClose={onClose}
        onSent={nothing}
      />
    </EvidenceLinksContext>
  ) : (
    <RejectDialog incidentId={incidentId} plan={plan} onClose={onClose} onSent={nothing} />
  );
};
