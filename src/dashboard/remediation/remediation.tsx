import { clsx } from 'clsx';
import { ChevronUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { openObjections } from '../../incident/fold-decision-room.ts';
import type { EvidenceItem, Remediation as Plan } from '../../incident/state.ts';
import { useSession } from '../api/session.ts';
import { Deadline } from '../lib/deadline.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { ReadOnlyContext, useReadOnly } from '../lib/read-only.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Badge } from '../ui/badge.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Panel } from '../ui/panel.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { useNow } from '../ui/ticker.ts';
import { ApproveDialog, RejectDialog } from './decision-dialogs.ts';
import { awaitsDecision, isExpired, whyNotDecide } from './decision-rules.ts';
import { EarlierPlans } from './earlier-plans.tsx';
import { PlanActions } from './plan-actions.tsx';
import { PlanView } from './plan-view.tsx';
import { planLooks } from './remediation-look.ts';

type RemediationProps = {
  incidentId: string;
  renderEvidence: (evidenceId: string) => ReactNode;
  /** Shortcuts are off while what is on the screen may be old. */
  connected: boolean;
  /** On a narrow screen the plan is folded to its title and its buttons; here is whether it begins open. */
  initiallyOpen: boolean;
  className?: string | undefined;
};

const State = ({ plan, now }: { plan: Plan; now: number }) => {
  if (awaitsDecision(plan, now)) return <Deadline until={plan.expiresAt} paused={openObjections(plan).length > 0} />;
  const look = planLooks[isExpired(plan, now) ? 'expired' : plan.status];
  return (
    <Badge tone={look.tone} icon={<StatusDot tone={look.tone} shape={look.shape} running={look.running} />}>
      {plan.status === 'proposed' && !plan.requiresApproval ? 'Ready' : look.label}
    </Badge>
  );
};

/** The newest chart that was taken after the plan began to run: what was broken, recovering. */
const recoveryOf = (evidence: readonly EvidenceItem[], plan: Plan): EvidenceItem | undefined => {
  const named = evidence.find(({ evidenceId }) => plan.outcomeEvidenceIds.includes(evidenceId));
  if (named !== undefined) return named;
  const starts = plan.steps.flatMap(({ startedAt }) => startedAt ?? []);
  const began = starts.length === 0 ? null : Math.min(...starts);
  if (began === null) return undefined;
  return evidence.findLast((item) => item.data?.kind === 'metric' && item.at > began);
};

const IMPORTED = 'It came with an imported record: it is history';

export const Remediation = ({ incidentId, renderEvidence, connected, initiallyOpen, className }: RemediationProps) => {
  const plans = useInvestigationPart(incidentId, (investigation) => investigation.remediations);
  const cause = useInvestigationPart(incidentId, (investigation) => investigation.rootCause);
  const evidence = useInvestigationPart(incidentId, (investigation) => investigation.evidence);
  const person = useSession()?.user;
  const [deciding, setDeciding] = useState<'approve' | 'reject' | null>(null);
  const [open, setOpen] = useState(initiallyOpen);
  /** The plan as it was when a decision on it was accepted; a newer one means that the decision's event came. */
  const [sent, setSent] = useState<Plan | null>(null);
  const plan = plans.at(-1);
  const now = useNow(plan?.status === 'proposed' && plan.expiresAt !== null);
  const reviewable = plan !== undefined && awaitsDecision(plan, now) && whyNotDecide(person, plan) === undefined;
  const pageReadOnly = useReadOnly();
  const readOnly = pageReadOnly ?? (plan?.imported ? IMPORTED : undefined);
  useShortcut('a', () => setDeciding('approve'), { enabled: reviewable && connected && readOnly === undefined });

  if (plan === undefined)
    return (
      <Panel
        title="Remediation"
        id="remediation"
        className={className}
        bodyClassName="hidden"
        aside="No fix proposed yet"
      >
        {null}
      </Panel>
    );
  const recovery = recoveryOf(evidence, plan);
  const onSent = (): void => setSent(plan);
  return (
    <ReadOnlyContext value={readOnly}>
      <Panel
        title="Remediation"
        id="remediation"
        className={className}
        bodyClassName="flex min-h-0 flex-col"
        lead={open ? undefined : toOneLine(plan.title, 200)}
        aside={
          <>
            <State plan={plan} now={now} />
            <IconButton
              label={open ? 'Fold the plan' : 'Show the plan'}
              icon={<ChevronUp className={clsx('transition-transform', open && 'rotate-180')} />}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="md:hidden"
            />
          </>
        }
      >
        <div className={clsx('min-h-0 flex-1 overflow-y-auto px-4 pb-3', !open && 'max-md:hidden')}>
          <PlanView
            incidentId={incidentId}
            plan={plan}
            recovery={recovery === undefined ? null : <div>{renderEvidence(recovery.evidenceId)}</div>}
          />
          <EarlierPlans plans={plans.slice(0, -1)} />
        </div>
        <PlanActions
          key={plan.remediationId}
          incidentId={incidentId}
          plan={plan}
          person={person}
          now={now}
          settling={sent === plan}
          onApprove={() => setDeciding('approve')}
          onReject={() => setDeciding('reject')}
          onSent={onSent}
        />
        {deciding === 'approve' && readOnly === undefined && (
          <ApproveDialog
            incidentId={incidentId}
            plan={plan}
            cause={cause}
            renderEvidence={renderEvidence}
            onClose={() => setDeciding(null)}
            onSent={onSent}
          />
        )}
        {deciding === 'reject' && readOnly === undefined && (
          <RejectDialog incidentId={incidentId} plan={plan} onClose={() => setDeciding(null)} onSent={onSent} />
        )}
      </Panel>
    </ReadOnlyContext>
  );
};
