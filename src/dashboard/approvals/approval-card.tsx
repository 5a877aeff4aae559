import { Link } from '@tanstack/react-router';
import { ArrowRight, ShieldCheck, X } from 'lucide-react';
import type { PendingApproval } from '../../protocol/api.ts';
import { readStep } from '../../protocol/remediation.ts';
import { Deadline } from '../lib/deadline.tsx';
import { riskLooks, stepTypeName } from '../lib/plan-words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { buttonClass } from '../ui/button-class.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { Card } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

type ApprovalCardProps = {
  approval: PendingApproval;
  /** Why this person cannot decide; undefined where they can. */
  whyNot: string | undefined;
  onDecide: (approval: PendingApproval, what: 'approve' | 'reject') => void;
};

/** What else those who decide want to know before they open it. */
const Marks = ({ approval }: { approval: PendingApproval }) => {
  const { risk, approvals = 0, approvalsRequired = 1, claimedBy, objections = 0, isParked = false } = approval;
  return (
    <>
      {risk != null && <Badge tone={riskLooks[risk].tone}>{riskLooks[risk].label}</Badge>}
      {approvalsRequired > 1 && (
        <Badge>
          {approvals} of {approvalsRequired} approvals
        </Badge>
      )}
      {isParked && <Badge tone="bad">Parked: a precondition changed</Badge>}
      {objections > 0 && <Badge tone="warn">{objections === 1 ? '1 objection' : `${objections} objections`}</Badge>}
      {claimedBy != null && <span className="text-muted text-xs">{claimedBy} sees to it</span>}
    </>
  );
};

/** The whole plan, and the way to decide on it. */
export const ApprovalCard = ({ approval, whyNot, onDecide }: ApprovalCardProps) => (
  <Card>
    <article aria-label={approval.remediationTitle}>
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3.5">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="wrap-anywhere font-semibold text-base text-ink">{approval.remediationTitle}</h2>
          <p className="wrap-anywhere text-muted text-sm">
            for{' '}
            <Link
              to="/incidents/$incidentId"
              params={{ incidentId: approval.incidentId }}
              className="rounded-sm text-ink underline decoration-line-strong underline-offset-2 hover:decoration-current"
            >
              {approval.incidentTitle}
            </Link>
            , asked <Time at={approval.requestedAt} format="relative" />
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2 sm:contents">
          <Deadline until={approval.expiresAt} paused={(approval.objections ?? 0) > 0} />
          <p className="flex flex-wrap items-center gap-2 empty:hidden sm:w-full">
            <Marks approval={approval} />
          </p>
        </div>
      </header>
      <ol aria-label="Steps of the plan" className="flex flex-col gap-2 px-4 py-3">
        {approval.steps.map(readStep).map((step, index) => (
          <li key={step.stepId} className="grid grid-cols-[1.25rem_minmax(0,1fr)] text-sm">
            <span className="tabular text-faint">{index + 1}</span>
            <div className="min-w-0">
              <p className="wrap-anywhere text-ink">
                {step.description}
                {step.type !== '' && <span className="text-faint"> · {stepTypeName(step.type)}</span>}
                {'target' in step && step.target !== undefined && <span className="text-faint"> · {step.target}</span>}
              </p>
              {'command' in step && step.command !== undefined && (
                <CodeBlock code={step.command} label="Command" className="mt-1.5" />
              )}
            </div>
          </li>
        ))}
      </ol>
      <footer className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-2.5">
        <Button
          variant="primary"
          icon={<ShieldCheck />}
          disabledReason={whyNot}
          aria-label={`Approve ${approval.remediationTitle}…`}
          onClick={() => onDecide(approval, 'approve')}
        >
          Approve…
        </Button>
        <Link
          to="/incidents/$incidentId"
          params={{ incidentId: approval.incidentId }}
          hash="remediation"
          data-approval={approval.approvalId}
          aria-label={`Review ${approval.remediationTitle}`}
          className={buttonClass('ghost')}
        >
          Review
          <ArrowRight />
        </Link>
        <Button
          variant="danger"
          icon={<X />}
          disabledReason={whyNot}
          aria-label={`Reject ${approval.remediationTitle}…`}
          onClick={() => onDecide(approval, 'reject')}
          className="ml-auto"
        >
          Reject…
        </Button>
      </footer>
    </article>
  </Card>
);
