import type { Remediation } from '../../incident/state.ts';
import { useReject } from '../api/remediations.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { Alert } from '../ui/alert.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { readProblem } from './decision-problem.ts';
import { ProblemNote } from './problem-note.tsx';
import { planLooks } from './remediation-look.ts';

type RejectDialogProps = { incidentId: string; plan: Remediation; onClose: () => void; onSent: () => void };

export const RejectDialog = ({ incidentId, plan, onClose, onSent }: RejectDialogProps) => {
  const reject = useReject();
  const problem = reject.error === null ? null : readProblem(reject.error, plan);
  const decided =
    plan.status === 'proposed' ? undefined : `It is already ${planLooks[plan.status].label.toLowerCase()}`;
  const send = (reason: string): void =>
    reject.mutate(
      { incidentId, remediationId: plan.remediationId, reason },
      {
        onSuccess: () => {
          onSent();
          onClose();
        },
      },
    );
  return (
    <ReasonDialog
      title="Reject remediation"
      description={toOneLine(plan.title, 300)}
      hint="The agents hear it, and may propose another plan."
      missing="Say why, so that the agents can do better."
      confirm="Reject"
      problem={
        problem !== null ? (
          <ProblemNote problem={problem} />
        ) : (
          decided !== undefined && <Alert tone="warn">{decided}.</Alert>
        )
      }
      busy={reject.isPending}
      blocked={decided ?? (problem !== null && !problem.again ? problem.text : undefined)}
      onSend={send}
      onClose={onClose}
    />
  );
};
