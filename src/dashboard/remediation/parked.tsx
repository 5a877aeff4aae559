import { changedPrecondition } from '../../incident/fold-decision-room.ts';
import type { Remediation } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { Alert } from '../ui/alert.tsx';

/** Why the plan waits: a fact that it depends on is no longer as it was. */
export const parkedBecause = (plan: Remediation): string | undefined => {
  const changed = changedPrecondition(plan);
  if (changed === undefined || (plan.status !== 'proposed' && plan.status !== 'approved')) return undefined;
  const now = changed.reason ?? changed.observed;
  return `“${toOneLine(changed.statement, 200)}” no longer holds${now === null ? '' : `: ${toOneLine(now, 200)}`}`;
};

export const Parked = ({ plan }: { plan: Remediation }) => {
  const why = parkedBecause(plan);
  return why === undefined ? null : (
    <Alert tone="warn">
      Parked: {why}. It cannot go on until that holds again, or the agents propose another plan.
    </Alert>
  );
};
