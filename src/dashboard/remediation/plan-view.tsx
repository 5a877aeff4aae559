import type { ReactNode } from 'react';
import type { Remediation } from '../../incident/state.ts';
import { outcomeInWords } from '../lib/outcome.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { Duration } from '../ui/duration.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { Claim } from './claim.tsx';
import { DecisionLog } from './decision-log.tsx';
import { ObjectButton, Objections } from './objections.tsx';
import { Parked } from './parked.tsx';
import { RiskBadge } from './plan-facts.tsx';
import { PlanSteps } from './plan-steps.tsx';
import { Preconditions } from './preconditions.tsx';
import { Readers } from './readers.tsx';
import { planLooks, shortDigest } from './remediation-look.ts';
import { RollBack } from './roll-back.tsx';
import { UndoPlan } from './undo-plan.tsx';

const hasStarted = (plan: Remediation): boolean =>
  plan.status === 'executing' || plan.steps.some(({ status }) => status !== 'pending');

const Outcome = ({ plan }: { plan: Remediation }) => {
  if (plan.status !== 'executed' && plan.status !== 'failed') return null;
  const look = planLooks[plan.status];
  const missing = plan.status === 'executed' ? 'All steps ran.' : 'A step failed; the rest did not run.';
  return (
    <div className="flex items-start gap-2 text-sm">
      <span className="flex h-5 items-center">
        <StatusDot shape={look.shape} tone={look.tone} />
      </span>
      <p className="wrap-anywhere min-w-0 flex-1 font-medium text-ink">
        <PlainText text={endOf(plan, missing)} most={600} />
      </p>
      {plan.durationMs !== null && <Duration ms={plan.durationMs} className="text-muted text-xs leading-5" />}
    </div>
  );
};

/** The sentence that the agent gave, where it gave one; the outcome's code says less. */
const endOf = ({ outcome, endReason }: Remediation, missing: string): string =>
  [outcome === null ? '' : outcomeInWords(outcome), endReason ?? ''].filter((part) => part !== '').join(' ') || missing;

type PlanViewProps = { incidentId: string; plan: Remediation; recovery: ReactNode };

/** The plan and what became of it. */
export const PlanView = ({ incidentId, plan, recovery }: PlanViewProps) => {
  const services = plan.blastRadius.map(({ service }) => service);
  return (
    <div className="flex flex-col gap-3">
      <div>
        <p className="wrap-anywhere font-medium text-base text-ink">
          <PlainText text={plan.title} most={300} />
        </p>
        {plan.description !== '' && <PlainText text={plan.description} most={600} className="text-muted text-sm" />}
      </div>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted text-xs">
        <RiskBadge plan={plan} />
        {plan.expectedEffect !== null && <span className="wrap-anywhere">{toOneLine(plan.expectedEffect, 200)}</span>}
        {services.length > 0 && <span className="wrap-anywhere">affects {services.join(', ')}</span>}
        {plan.planDigest !== null && (
          <span title={plan.planDigest} className="font-mono text-2xs text-faint">
            {shortDigest(plan.planDigest)}
          </span>
        )}
      </div>
      <Parked plan={plan} />
      <Objections plan={plan} />
      <Claim incidentId={incidentId} plan={plan} />
      <Readers incidentId={incidentId} remediationId={plan.remediationId} />
      <Outcome plan={plan} />
      <RollBack plan={plan} />
      {recovery}
      <PlanSteps steps={plan.steps} started={hasStarted(plan)} />
      {plan.preconditions.length > 0 && !hasStarted(plan) && (
        <div>
          <h3 className="mb-1.5 text-faint text-xs">Depends on</h3>
          <Preconditions plan={plan} />
        </div>
      )}
      {(plan.undo === null ? plan.status === 'failed' : plan.undo.state === 'idle' || plan.undo.state === 'armed') && (
        <div>
          <h3 className="mb-1.5 text-faint text-xs">Undo, if it goes wrong</h3>
          <UndoPlan plan={plan} />
        </div>
      )}
      {plan.status === 'proposed' && (
        <div>
          <ObjectButton plan={plan} />
        </div>
      )}
      <DecisionLog plan={plan} />
    </div>
  );
};
