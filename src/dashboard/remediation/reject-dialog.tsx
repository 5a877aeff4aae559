import { useState } from 'react';
import type { Remediation } from '../../incident/state.ts';
import { useReject } from '../api/remediations.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { readProblem } from './decision-problem.ts';
import { ProblemNote } from './problem-note.tsx';
import { planLooks } from './remediation-look.ts';

type RejectDialogProps = { incidentId: string; plan: Remediation; onClose: () => void; onSent: () => void };

export const RejectDialog = ({ incidentId, plan, onClose, onSent }: RejectDialogProps) => {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const reject = useReject();
  const problem = reject.error === null ? null : readProblem(reject.error, plan);
  const decided = plan.status !== 'proposed';
  const send = (): void => {
    if (reason.trim() === '') return setMissing(true);
    reject.mutate(
      { incidentId, remediationId: plan.remediationId, reason: reason.trim() },
      {
        onSuccess: () => {
          onSent();
          onClose();
        },
      },
    );
  };
  const blocked = decided
    ? `It is already ${planLooks[plan.status].label.toLowerCase()}`
    : problem !== null && !problem.again
      ? problem.text
      : undefined;
  return (
    <Dialog
      open
      modalOnly
      onOpenChange={(open) => !open && onClose()}
      title="Reject remediation"
      description={toOneLine(plan.title, 300)}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" busy={reject.isPending} disabledReason={blocked} onClick={send}>
            {reject.isPending ? 'Sending…' : 'Reject'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {decided && problem === null && (
          <Alert tone="warn">It is already {planLooks[plan.status].label.toLowerCase()}.</Alert>
        )}
        {problem !== null && <ProblemNote problem={problem} />}
        <Textarea
          label="Reason"
          hint="The agents hear it, and may propose another plan."
          required
          maxLength={4_000}
          value={reason}
          error={missing && reason.trim() === '' ? 'Say why, so that the agents can do better.' : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Dialog>
  );
};
