import { useAbort } from '../api/steering.ts';
import { Alert } from '../ui/alert.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { toast } from '../ui/toast.ts';
import { steeringProblem } from './steering-problem.ts';

type AbortDialogProps = {
  incidentId: string;
  /** Why it can't be aborted any more: the investigation may end while the reason is typed. */
  blocked: string | undefined;
  onClose: () => void;
};

export const AbortDialog = ({ incidentId, blocked, onClose }: AbortDialogProps) => {
  const abort = useAbort(incidentId);
  const send = (reason: string): void =>
    abort.mutate(reason, {
      onSuccess: ({ agentsStopped }) => {
        const count = agentsStopped.length === 1 ? '1 agent was' : `${agentsStopped.length} agents were`;
        toast('Investigation aborted', { description: `${count} told to stop.` });
        onClose();
      },
    });
  return (
    <ReasonDialog
      title="Abort investigation"
      description="The agents stop. What they found so far stays, and it can be investigated again."
      hint="It stays in the timeline, with your name."
      missing="Say why, for those who read this later."
      confirm="Abort"
      problem={
        abort.error !== null ? (
          <Alert tone="warn">{steeringProblem(abort.error)}</Alert>
        ) : (
          blocked !== undefined && !abort.isPending && <Alert tone="warn">{blocked}.</Alert>
        )
      }
      busy={abort.isPending}
      blocked={blocked}
      onSend={send}
      onClose={onClose}
    />
  );
};
