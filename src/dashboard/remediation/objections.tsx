import { Hand } from 'lucide-react';
import { useState } from 'react';
import { openObjections } from '../../incident/fold-decision-room.ts';
import type { Objection, Remediation } from '../../incident/state.ts';
import { useObject, useWithdraw } from '../api/decision-room.ts';
import { useSession } from '../api/session.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { useWhyNot } from '../store/use-capability.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { Time } from '../ui/time.tsx';

const Objected = ({ plan, objection }: { plan: Remediation; objection: Objection }) => {
  const user = useSession()?.user;
  const withdraw = useWithdraw(plan.remediationId);
  const whyNot = useWhyNot('decision-room');
  const isOwn = user !== undefined && objection.objectorId === user.userId;
  const mayWithdraw = isOwn || user?.roles.includes('admin') === true;
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 rounded-md bg-warn-soft px-3 py-2 text-sm">
      <Hand className="mt-0.5 text-warn" />
      <p className="wrap-anywhere min-w-0 flex-1 basis-40 text-ink">
        <b className="font-semibold">{objection.by}</b> objects:{' '}
        {objection.reason !== null && <PlainText text={objection.reason} most={600} />}{' '}
        <span className="text-muted text-xs">
          <Time at={objection.at} />, the countdown stands still
        </span>
        {withdraw.error !== null && <span className="block text-bad text-xs">{withdraw.error.message}</span>}
      </p>
      {mayWithdraw && (
        <Button
          size="sm"
          busy={withdraw.isPending}
          disabledReason={whyNot}
          onClick={() => withdraw.mutate(objection.objectorId ?? undefined)}
        >
          Withdraw
        </Button>
      )}
    </li>
  );
};

/** Who thinks that it should wait. It stops the countdown, and nobody from deciding. */
export const Objections = ({ plan }: { plan: Remediation }) => {
  const open = openObjections(plan);
  return open.length === 0 || plan.status !== 'proposed' ? null : (
    <ul aria-label="Objections" className="flex flex-col gap-2">
      {open.map((objection) => (
        <Objected key={`${objection.objectorId} ${objection.at}`} plan={plan} objection={objection} />
      ))}
    </ul>
  );
};

export const ObjectButton = ({ plan }: { plan: Remediation }) => {
  const user = useSession()?.user;
  const object = useObject(plan.remediationId);
  const whyNot = useWhyNot('decision-room');
  const [asking, setAsking] = useState(false);
  const objectsAlready = openObjections(plan).some(({ objectorId }) => objectorId === user?.userId);
  if (plan.status !== 'proposed' || objectsAlready) return null;
  return (
    <>
      <Button size="sm" variant="ghost" icon={<Hand />} disabledReason={whyNot} onClick={() => setAsking(true)}>
        Object…
      </Button>
      {asking && (
        <ReasonDialog
          title="Object to remediation"
          description="The countdown stands still until you withdraw it. An admin can still decide."
          hint="Those who decide see it beside the plan, with your name."
          missing="Say what speaks against it."
          confirm="Object"
          problem={object.error !== null && <Alert tone="warn">{object.error.message}</Alert>}
          busy={object.isPending}
          onSend={(reason) => object.mutate(reason, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
};
