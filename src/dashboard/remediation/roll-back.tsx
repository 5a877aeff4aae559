import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { Remediation, Undo } from '../../incident/state.ts';
import { useRollBack } from '../api/decision-room.ts';
import { useSession } from '../api/session.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { useWhyNot } from '../store/use-capability.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { formatCountdown } from '../ui/format-time.ts';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { useNow } from '../ui/ticker.ts';
import { UndoPlan } from './undo-plan.tsx';

const ended = {
  requested: { text: 'Being taken back', tone: 'accent', shape: 'half' },
  done: { text: 'Taken back', tone: 'good', shape: 'check' },
  failed: { text: 'Taking it back failed', tone: 'bad', shape: 'cross' },
} as const;

const Progress = ({ plan, undo }: { plan: Remediation; undo: Undo & { state: keyof typeof ended } }) => {
  const look = ended[undo.state];
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-start gap-2 text-sm">
        <span className="flex h-5 items-center">
          <StatusDot tone={look.tone} shape={look.shape} running={undo.state === 'requested'} />
        </span>
        <span className="wrap-anywhere min-w-0 text-ink">
          {look.text}
          {undo.by !== null && `, asked for by ${undo.by}`}
          {undo.outcome !== null && (
            <>
              : <PlainText text={undo.outcome} most={600} />
            </>
          )}
        </span>
      </p>
      <UndoPlan plan={plan} />
    </div>
  );
};

/** The way back: armed after a failure, and for a while after the plan was carried out. */
export const RollBack = ({ plan }: { plan: Remediation }) => {
  const { undo } = plan;
  const [asking, setAsking] = useState(false);
  const rollBack = useRollBack(plan.remediationId);
  const unavailable = useWhyNot('decision-room');
  const isAdmin = useSession()?.user.roles.includes('admin') === true;
  const now = useNow(undo?.state === 'armed' && undo.until !== null);
  if (undo === null || undo.state === 'idle') return null;
  const { state, until } = undo;
  if (state !== 'armed') return <Progress plan={plan} undo={{ ...undo, state }} />;
  if (until !== null && until <= now) return <p className="text-faint text-xs">The time to take it back is over.</p>;
  const whyNot = unavailable ?? (isAdmin ? undefined : 'Only admins can roll back');
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md border border-line px-3 py-2">
      <Button size="sm" variant="danger" icon={<Undo2 />} disabledReason={whyNot} onClick={() => setAsking(true)}>
        Roll back…
      </Button>
      <span className="tabular min-w-0 flex-1 text-muted text-xs">
        {until === null ? 'Stays possible.' : `Possible for another ${formatCountdown(until - now)}.`}
      </span>
      {asking && (
        <ReasonDialog
          title="Roll back remediation"
          description={plan.title}
          hint="It stays in the record, with your name."
          confirm="Roll back"
          problem={rollBack.error !== null && <Alert tone="warn">{rollBack.error.message}</Alert>}
          busy={rollBack.isPending}
          onSend={(reason) =>
            rollBack.mutate(reason === '' ? undefined : reason, { onSuccess: () => setAsking(false) })
          }
          onClose={() => setAsking(false)}
        >
          <UndoPlan plan={plan} />
        </ReasonDialog>
      )}
    </div>
  );
};
