import { FileCheck2 } from 'lucide-react';
import type { Decision, Remediation } from '../../incident/state.ts';
import { useSession } from '../api/session.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { useWhyNot } from '../store/use-capability.ts';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { planLooks, shortDigest } from './remediation-look.ts';

const labels: Record<Decision['verdict'], string> = {
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Expired without a decision',
};

/** What the approvers saw, who decided and when, in one file that verifies by itself. */
const RecordLink = ({ remediationId }: { remediationId: string }) => {
  const isAdmin = useSession()?.user.roles.includes('admin') === true;
  if (useWhyNot('decision-room') !== undefined || !isAdmin) return null;
  return (
    <a
      href={`/v1/remediation/${encodeURIComponent(remediationId)}/record`}
      download
      className="inline-flex items-center gap-1.5 self-start rounded-sm text-muted text-xs hover:text-ink"
    >
      <FileCheck2 className="size-3.5" aria-hidden="true" />
      Decision record
    </a>
  );
};

/** Who decided what on which plan; kept for ever. */
export const DecisionLog = ({ plan }: { plan: Remediation }) =>
  plan.decisions.length === 0 ? null : (
    <div className="flex flex-col gap-2">
      <ul aria-label="Decisions" className="flex flex-col gap-1.5">
        {plan.decisions.map((decision) => (
          <li key={`${decision.at} ${decision.by}`} className="flex items-start gap-2 text-sm">
            <span className="flex h-5 items-center">
              <StatusDot shape={planLooks[decision.verdict].shape} tone={planLooks[decision.verdict].tone} />
            </span>
            <div className="min-w-0">
              <p className="wrap-anywhere text-ink">
                {labels[decision.verdict]}
                {decision.by !== null && ` by ${decision.by}`}{' '}
                <span className="text-faint text-xs">
                  <Time at={decision.at} />
                  {decision.planDigest !== null && (
                    <span title={decision.planDigest}> · plan {shortDigest(decision.planDigest)}</span>
                  )}
                </span>
              </p>
              {decision.reason !== null && decision.reason !== '' && (
                <p className="text-muted text-xs">
                  “<PlainText text={decision.reason} most={600} />”
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
      <RecordLink remediationId={plan.remediationId} />
    </div>
  );
