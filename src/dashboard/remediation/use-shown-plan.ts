import { useState } from 'react';
import type { Remediation } from '../../incident/state.ts';
import { isSamePlan } from './decision-rules.ts';
import { planLooks } from './remediation-look.ts';

/** The plan that a dialog was opened with: what is decided on is what was read, whatever is proposed meanwhile. */
export const useShownPlan = (plan: Remediation) => {
  const [shown, setShown] = useState(plan);
  const changed = !isSamePlan(shown, plan);
  return {
    shown,
    changed,
    /** That it is decided already; undefined where it waits. */
    decided:
      changed || plan.status === 'proposed' ? undefined : `It is already ${planLooks[plan.status].label.toLowerCase()}`,
    showNew: (): void => setShown(plan),
  };
};
