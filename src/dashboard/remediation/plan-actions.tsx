import { Play, ShieldCheck, X } from 'lucide-react';
import type { Remediation } from '../../incident/state.ts';
import { useExecute } from '../api/remediations.ts';
import { useReadOnly } from '../lib/read-only.ts';
import { Button } from '../ui/button.tsx';
import { readProblem } from './decision-problem.ts';
import { awaitsDecision, mayExecute, whyNotDecide, whyNotExecute } from './decision-rules.ts';
import { parkedBecause } from './parked.tsx';
import { ProblemNote } from './problem-note.tsx';

type PlanActionsProps = {
  incidentId: string;
  plan: Remediation;
  person: { roles: readonly string[]; email: string } | undefined;
  now: number;
  /** A decision was taken and its event has not come yet. */
  settling: boolean;
  onApprove: () => void;
  onReject: () => void;
  onSent: () => void;
};

const needed = (plan: Remediation): string => {
  const given = plan.approvedBy.length;
  if (plan.approvalsRequired > 1) return `${given} of ${plan.approvalsRequired} approvals`;
  return '1 approval needed';
};

const bar = 'flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-t px-4 py-2.5 max-md:py-2';

export const PlanActions = ({
  incidentId,
  plan,
  person,
  now,
  settling,
  onApprove,
  onReject,
  onSent,
}: PlanActionsProps) => {
  const execute = useExecute();
  const readOnly = useReadOnly();
  if (settling && plan.status !== 'executing')
    return (
      <div className={bar}>
        <Button busy>Sent; waiting for the relay to confirm…</Button>
      </div>
    );
  if (awaitsDecision(plan, now)) {
    const why = readOnly ?? whyNotDecide(person, plan);
    return (
      <div className={bar}>
        <Button variant="primary" icon={<ShieldCheck />} shortcut="a" disabledReason={why} onClick={onApprove}>
          Approve…
        </Button>
        <span className="tabular min-w-0 flex-1 text-muted text-xs max-[24rem]:order-last max-[24rem]:basis-full">
          {why ?? needed(plan)}
        </span>
        <Button variant="danger" icon={<X />} disabledReason={why} onClick={onReject} className="ml-auto">
          Reject…
        </Button>
      </div>
    );
  }
  if (!mayExecute(plan)) return null;
  const why = readOnly ?? whyNotExecute(person) ?? parkedBecause(plan);
  return (
    <>
      {execute.error !== null && (
        <div className="px-4 pb-2.5">
          <ProblemNote problem={readProblem(execute.error, plan)} />
        </div>
      )}
      <div className={bar}>
        <Button
          variant="primary"
          icon={<Play />}
          busy={execute.isPending}
          disabledReason={why}
          onClick={() =>
            execute.mutate({ incidentId, remediationId: plan.remediationId }, { onSuccess: () => onSent() })
          }
        >
          {execute.isPending ? 'Sending…' : 'Execute'}
        </Button>
        <span className="min-w-0 flex-1 text-muted text-xs">
          {why ?? (plan.requiresApproval ? 'Approved. Nothing runs before you say so.' : 'Needs no approval.')}
        </span>
      </div>
    </>
  );
};
