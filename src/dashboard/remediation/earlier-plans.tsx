import type { Remediation } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { DecisionLog } from './decision-log.tsx';
import { planLooks } from './remediation-look.ts';

/** Plans that another one took the place of, with what was decided on them. */
export const EarlierPlans = ({ plans }: { plans: readonly Remediation[] }) =>
  plans.length === 0 ? null : (
    <section aria-label="Earlier plans" className="mt-4 border-line border-t pt-3">
      <h3 className="mb-1.5 text-faint text-xs">Earlier plans</h3>
      <ul className="flex flex-col gap-2.5">
        {plans.toReversed().map((plan) => (
          <li key={plan.remediationId} className="flex flex-col gap-1">
            <p className="flex items-center gap-2 text-sm">
              <StatusDot shape={planLooks[plan.status].shape} tone={planLooks[plan.status].tone} />
              <span className="min-w-0 flex-1 truncate text-muted">{toOneLine(plan.title, 200)}</span>
              <span className="text-faint text-xs">
                {planLooks[plan.status].label} · <Time at={plan.proposedAt} />
              </span>
            </p>
            <div className="pl-5">
              <DecisionLog plan={plan} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
