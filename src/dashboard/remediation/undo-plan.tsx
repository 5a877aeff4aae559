import type { Remediation } from '../../incident/state.ts';
import type { Reversibility } from '../../protocol/values.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Rollback } from './plan-facts.tsx';
import { PlanSteps } from './plan-steps.tsx';

const looks: Record<Reversibility, { label: string; tone: Tone }> = {
  reversible: { label: 'Reversible', tone: 'good' },
  costly: { label: 'Costly to take back', tone: 'warn' },
  irreversible: { label: 'Irreversible', tone: 'bad' },
};

/** How the plan is taken back, shown before it is approved and while it is being taken back. */
export const UndoPlan = ({ plan }: { plan: Remediation }) => {
  const { undo } = plan;
  if (undo === null) return <Rollback plan={plan} />;
  const look = looks[undo.reversibility];
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={look.tone}>{look.label}</Badge>
        {undo.description !== null && <PlainText text={undo.description} most={600} className="min-w-0 text-ink" />}
      </p>
      {undo.steps.length > 0 && (
        <PlanSteps label="Steps back" steps={undo.steps} started={undo.state !== 'idle' && undo.state !== 'armed'} />
      )}
      {undo.steps.length === 0 && plan.rollback !== null && <Rollback plan={plan} />}
    </div>
  );
};
