import { type ReactNode, useRef, useState } from 'react';
import { openObjections } from '../../incident/fold-decision-room.ts';
import type { Remediation, RootCause } from '../../incident/state.ts';
import { useApprove } from '../api/remediations.ts';
import { Deadline } from '../lib/deadline.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { useFocus } from '../relay/use-focus.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { useNow } from '../ui/ticker.ts';
import { Time } from '../ui/time.tsx';
import { readProblem } from './decision-problem.ts';
import { isExpired, typedConfirmation } from './decision-rules.ts';
import { Objections } from './objections.tsx';
import { Parked, parkedBecause } from './parked.tsx';
import { PlanReview } from './plan-review.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Readers } from './readers.tsx';
import { shortDigest } from './remediation-look.ts';
import { useShownPlan } from './use-shown-plan.ts';

type ApproveDialogProps = {
  incidentId: string;
  /** The plan as it is now; the dialog shows, and approves, the one that it was opened with. */
  plan: Remediation;
  cause: RootCause | null;
  renderEvidence: (evidenceId: string) => ReactNode;
  onClose: () => void;
  onSent: () => void;
};

const Named = ({ plan }: { plan: Remediation }) => (
  <span className="wrap-anywhere">
    <span className="text-ink">{toOneLine(plan.title, 300)}</span>
    {plan.planDigest !== null && (
      <>
        {' · plan '}
        <span title={plan.planDigest} className="font-mono text-xs">
          {shortDigest(plan.planDigest)}
        </span>
      </>
    )}
    {' · proposed '}
    <Time at={plan.proposedAt} />
  </span>
);

export const ApproveDialog = ({ incidentId, plan, cause, renderEvidence, onClose, onSent }: ApproveDialogProps) => {
  const review = useRef<HTMLDivElement>(null);
  const { shown, changed, decided, showNew } = useShownPlan(plan);
  const [before, setBefore] = useState<Remediation | null>(null);
  const [notes, setNotes] = useState('');
  const [typed, setTyped] = useState('');
  const approve = useApprove();
  const now = useNow(shown.expiresAt !== null);
  const seenSeq = useInvestigationPart(incidentId, (investigation) => investigation.lastSeq);
  useFocus(incidentId, shown.remediationId);

  const toType = typedConfirmation(shown);
  const problem = approve.error === null ? null : readProblem(approve.error, plan);
  const blocked = (): string | undefined => {
    if (changed) return 'The plan changed: read the new one first';
    if (decided !== undefined) return decided;
    if (isExpired(plan, now)) return 'The time to decide is over';
    const parked = parkedBecause(plan);
    if (parked !== undefined) return parked;
    if (problem !== null && !problem.again) return problem.text;
    if (toType !== null && typed.trim() !== toType) return `Type ${toType} to approve a plan of high risk`;
    return undefined;
  };
  const send = (): void =>
    approve.mutate(
      {
        incidentId,
        remediationId: shown.remediationId,
        ...(shown.planDigest !== null && { planDigest: shown.planDigest }),
        ...(seenSeq > 0 && { seenSeq }),
        ...(notes.trim() !== '' && { notes: notes.trim() }),
      },
      {
        onSuccess: () => {
          onSent();
          onClose();
        },
      },
    );
  const takeNew = (): void => {
    setBefore(shown);
    showNew();
    setTyped('');
    approve.reset();
  };

  return (
    <Dialog
      open
      modalOnly
      size="lg"
      // Reading comes first, and on a phone no keyboard over the plan.
      initialFocus={review}
      onOpenChange={(open) => !open && onClose()}
      title="Approve remediation"
      description={<Named plan={shown} />}
      aside={<Deadline until={plan.expiresAt} paused={openObjections(plan).length > 0} />}
      footer={
        <>
          <Input
            label="Note for the record (optional)"
            labelHidden
            placeholder="Note (optional)"
            value={notes}
            maxLength={4_000}
            onChange={(event) => setNotes(event.target.value)}
            className="mr-auto min-w-40 flex-1 sm:max-w-80"
          />
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" busy={approve.isPending} disabledReason={blocked()} onClick={send}>
            {approve.isPending ? 'Sending…' : 'Approve'}
          </Button>
        </>
      }
    >
      <div ref={review} tabIndex={-1} className="flex scroll-my-4 flex-col gap-4 outline-none">
        {changed && (
          <Alert tone="warn">
            <p className="mb-2">
              The agents proposed another plan while you were reading. What you see is no longer what would run.
            </p>
            <Button size="sm" onClick={takeNew}>
              Show the new plan
            </Button>
          </Alert>
        )}
        {before !== null && !changed && (
          <Alert tone="warn">This is the new plan; what changed since you first read it is marked.</Alert>
        )}
        {decided !== undefined && problem === null && (
          <Alert tone="warn">
            {decided}
            {plan.decisions.at(-1)?.by != null && `, by ${plan.decisions.at(-1)?.by}`}.
          </Alert>
        )}
        {problem !== null && !changed && <ProblemNote problem={problem} />}
        {!changed && <Parked plan={plan} />}
        <Objections plan={plan} />
        <PlanReview
          plan={shown}
          live={changed ? shown : plan}
          before={before}
          cause={cause}
          renderEvidence={renderEvidence}
        />
        <Readers incidentId={incidentId} remediationId={shown.remediationId} />
        {plan.approvalsRequired > 1 && (
          <p className="text-muted text-sm">
            {plan.approvedBy.length} of {plan.approvalsRequired} approvals
            {plan.approvedBy.length > 0 && `: ${plan.approvedBy.join(', ')}`}. Two different admins have to approve.
          </p>
        )}
        {toType !== null && (
          <Input
            label={`Type ${toType} to confirm`}
            hint="The plan is of high risk, so a press alone does not approve it."
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
            className="max-w-80"
          />
        )}
      </div>
    </Dialog>
  );
};
