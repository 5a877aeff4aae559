import type { Remediation } from '../../incident/state.ts';
import { useReject } from '../api/remediations.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { readProblem } from './decision-problem.ts';
import { ProblemNote } from './problem-note.tsx';
import { useShownPlan } from './use-shown-plan.ts';

type RejectDialogProps = {
  incidentId: string;
  /** The plan as it is now; the dialog names, and rejects, the one that it was opened with. */
  plan: Remediation;
  onClose: () => void;
  onSent: () => void;
};

export const RejectDialog = ({ incidentId, plan, onClose, onSent }: RejectDialogProps) => {
  const { shown, changed, decided, showNew } = useShownPlan(plan);
  const reject = useReject();
  const problem = reject.error === null ? null : readProblem(reject.error, plan);
  const blocked = (): string | undefined => {
    if (changed) return 'The plan changed: your reason is about the one before';
    return decided ?? (problem !== null && !problem.again ? problem.text : undefined);
  };
  const takeNew = (): void => {
    showNew();
    reject.reset();
  };
  const send = (reason: string): void =>
    reject.mutate(
      { incidentId, remediationId: shown.remediationId, reason },
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
      description={toOneLine(shown.title, 300)}
      hint="The agents hear it, and may propose another plan."
      missing="Say why, so that the agents can do better."
      confirm="Reject"
      problem={
        changed ? (
          <Alert tone="warn">
            <p className="mb-2">
              The agents proposed another plan while you were writing: {toOneLine(plan.title, 300)}
            </p>
            <Button size="sm" onClick={takeNew}>
              Reject the new plan instead
            </Button>
          </Alert>
        ) : problem !== null ? (
          <ProblemNote problem={problem} />
        ) : (
          decided !== undefined && <Alert tone="warn">{decided}.</Alert>
        )
      }
      busy={reject.isPending}
      blocked={blocked()}
      onSend={send}
      onClose={onClose}
    />
  );
};
