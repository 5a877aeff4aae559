import { RotateCw } from 'lucide-react';
import type { Precondition, Remediation } from '../../incident/state.ts';
import type { PreconditionStatus } from '../../protocol/values.ts';
import { useCheckPlan } from '../api/decision-room.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { useIsAsked } from '../lib/use-is-asked.ts';
import { useWhyNot } from '../store/use-capability.ts';
import type { Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { type DotShape, StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';

const looks: Record<PreconditionStatus, { label: string; tone: Tone; shape: DotShape }> = {
  holds: { label: 'Holds', tone: 'good', shape: 'check' },
  changed: { label: 'Changed', tone: 'bad', shape: 'cross' },
  unknown: { label: 'Could not be checked', tone: 'warn', shape: 'dash' },
};

const Fact = ({ fact }: { fact: Precondition }) => {
  const look = looks[fact.status];
  const seen = fact.reason ?? fact.observed;
  const isAsked = useIsAsked(fact.checkAskedAt);
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] gap-x-1.5 text-sm">
      <span className="flex h-5 items-center">
        <StatusDot tone={look.tone} shape={look.shape} label={look.label} running={isAsked} />
      </span>
      <div className="min-w-0">
        <p className="wrap-anywhere text-ink">{toOneLine(fact.statement, 300)}</p>
        {seen !== null && (
          <p
            className={
              fact.status === 'changed' ? 'wrap-anywhere text-bad text-xs' : 'wrap-anywhere text-muted text-xs'
            }
          >
            {toOneLine(seen, 300)}
          </p>
        )}
      </div>
      <span className="text-faint text-xs leading-5">
        {isAsked ? 'checking…' : fact.checkedAt !== null && <Time at={fact.checkedAt} format="relative" />}
      </span>
    </li>
  );
};

const OPEN: ReadonlySet<Remediation['status']> = new Set(['proposed', 'approved']);

/** The facts that the plan depends on, each with its age; one that changed parks the approval. */
export const Preconditions = ({ plan }: { plan: Remediation }) => {
  const check = useCheckPlan(plan.remediationId);
  const whyNot = useWhyNot('decision-room');
  const asked = plan.preconditions.flatMap(({ checkAskedAt }) => checkAskedAt ?? []);
  const waiting = useIsAsked(asked.length === 0 ? null : Math.max(...asked));
  if (plan.preconditions.length === 0) return <p className="text-faint text-sm">The agents named none.</p>;
  return (
    <div className="flex flex-col gap-2">
      <ul aria-label="Preconditions" className="flex flex-col gap-1.5">
        {plan.preconditions.map((fact) => (
          <Fact key={fact.preconditionId} fact={fact} />
        ))}
      </ul>
      {OPEN.has(plan.status) && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            size="sm"
            icon={<RotateCw />}
            busy={check.isPending || waiting}
            disabledReason={whyNot}
            onClick={() => check.mutate(undefined)}
          >
            Check again
          </Button>
          {check.error !== null && <span className="text-bad text-xs">{check.error.message}</span>}
        </div>
      )}
    </div>
  );
};
