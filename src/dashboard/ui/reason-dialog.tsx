import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Textarea } from './textarea.tsx';

type ReasonDialogProps = {
  title: string;
  description: string;
  hint: string;
  /** Shown where nothing was typed and something has to be; absent where nothing has to. */
  missing?: string | undefined;
  confirm: string;
  /** What went wrong, or stands in the way. */
  problem: ReactNode;
  busy: boolean;
  /** Why it cannot be sent. */
  blocked?: string | undefined;
  children?: ReactNode;
  onSend: (reason: string) => void;
  onClose: () => void;
};

/** A press that takes words with it. */
export const ReasonDialog = (props: ReasonDialogProps) => {
  const { missing, blocked, busy, onClose } = props;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const isMissing = missing !== undefined && reason.trim() === '';
  const send = (): void => (isMissing ? setTried(true) : props.onSend(reason.trim()));
  return (
    <Dialog
      open
      modalOnly
      onOpenChange={(open) => !open && onClose()}
      title={props.title}
      description={props.description}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" busy={busy} disabledReason={blocked} onClick={send}>
            {busy ? 'Sending…' : props.confirm}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {props.problem}
        {props.children}
        <Textarea
          label="Reason"
          hint={props.hint}
          required={missing !== undefined}
          maxLength={4_000}
          value={reason}
          error={tried && isMissing ? missing : undefined}
          onChange={({ target }) => setReason(target.value)}
        />
      </div>
    </Dialog>
  );
};
