import { useState } from 'react';
import { useAbort } from '../api/steering.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { toast } from '../ui/toast.ts';
import { steeringProblem } from './steering-problem.ts';

type AbortDialogProps = {
  incidentId: string;
  /** Why it can't be aborted any more: the investigation may end while the reason is typed. */
  blocked: string | undefined;
  onClose: () => void;
};

export const AbortDialog = ({ incidentId, blocked, onClose }: AbortDialogProps) => {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const abort = useAbort(incidentId);
  const empty = reason.trim() === '';
  const send = (): void => {
    if (empty) return setMissing(true);
    abort.mutate(reason.trim(), {
      onSuccess: ({ agentsStopped }) => {
        const count = agentsStopped.length === 1 ? '1 agent was' : `${agentsStopped.length} agents were`;
        toast('Investigation aborted', { description: `${count} told to stop.` });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      modalOnly
      onOpenChange={(open) => !open && onClose()}
      title="Abort investigation"
      description="The agents stop. What they found so far stays, and it can be investigated again."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" busy={abort.isPending} disabledReason={blocked} onClick={send}>
            {abort.isPending ? 'Sending…' : 'Abort'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {abort.error !== null && <Alert tone="warn">{steeringProblem(abort.error)}</Alert>}
        {blocked !== undefined && !abort.isPending && abort.error === null && <Alert tone="warn">{blocked}.</Alert>}
        <Textarea
          label="Reason"
          hint="It stays in the timeline, with your name."
          required
          maxLength={4_000}
          value={reason}
          error={missing && empty ? 'Say why, for those who read this later.' : undefined}
          onChange={({ target }) => setReason(target.value)}
        />
      </div>
    </Dialog>
  );
};
