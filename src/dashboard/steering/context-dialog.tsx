import { useState } from 'react';
import { useAddContext } from '../api/steering.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { toast } from '../ui/toast.ts';
import { steeringProblem } from './steering-problem.ts';

const LONGEST = 8_000;

/** What a person knows and the agents don't. */
export const ContextDialog = ({ incidentId, onClose }: { incidentId: string; onClose: () => void }) => {
  const [context, setContext] = useState('');
  const [reinvestigate, setReinvestigate] = useState(false);
  const [missing, setMissing] = useState(false);
  const add = useAddContext(incidentId);
  const empty = context.trim() === '';
  const send = (): void => {
    if (empty) return setMissing(true);
    add.mutate(
      { context: context.trim(), reinvestigate },
      {
        onSuccess: ({ message }) => {
          toast('Context added', { description: message, tone: 'good' });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      modalOnly={!empty}
      onOpenChange={(open) => !open && onClose()}
      title="Add context"
      description="Tell the agents what they cannot see. It stays in the timeline, with your name."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" busy={add.isPending} onClick={send}>
            {add.isPending ? 'Sending…' : 'Add context'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {add.error !== null && <Alert tone="bad">{steeringProblem(add.error)}</Alert>}
        <Textarea
          label="Context"
          rows={5}
          required
          maxLength={LONGEST}
          value={context}
          placeholder="What changed, what you have tried, what can be ruled out"
          hint="Agents that are at work hear it at once."
          error={missing && empty ? 'Say what the agents should know.' : undefined}
          onChange={({ target }) => setContext(target.value)}
        />
        <Checkbox
          label="Investigate again with it"
          hint="The agents start anew; what they found so far stays."
          checked={reinvestigate}
          onCheckedChange={setReinvestigate}
        />
      </div>
    </Dialog>
  );
};
