import type { AgentEvent } from '../../agent/feed.ts';
import { OwnPlan } from './plan-steps.ts';

export type PlanRecord = {
  plan: OwnPlan;
  state: 'open' | 'executing' | 'over';
  /** A step was reported: somebody began to execute it. */
  begun: boolean;
};

const at = (timestamp: string | undefined): number => Date.parse(timestamp ?? '') || Date.now();

/** What the incident's own events say was done already: the memory of agents that were restarted. */
export const createIncidentRecord = () => {
  const plans = new Map<string, PlanRecord>();
  let endedAt: number | undefined;

  const move = (remediationId: string, change: Partial<PlanRecord>): void => {
    const record = plans.get(remediationId);
    if (record !== undefined) plans.set(remediationId, { ...record, ...change });
  };

  return {
    /** When the newest investigation ended, completed or stopped; undefined while none has. */
    endedAt: () => endedAt,
    plan: (remediationId: string) => plans.get(remediationId),
    openPlans: () => [...plans.values()].filter(({ state }) => state !== 'over'),
    take: (event: AgentEvent): void => {
      switch (event.method) {
        case 'investigation.completed':
        case 'investigation.aborted':
          endedAt = at(event.params.timestamp);
          if (event.method === 'investigation.aborted') {
            for (const id of plans.keys()) move(id, { state: 'over' });
          }
          return;
        case 'remediation.proposed': {
          const plan = OwnPlan.safeParse(event.params);
          // Another agent's plan has steps that are none of ours; whoever proposed it executes it.
          if (plan.success) plans.set(plan.data.remediationId, { plan: plan.data, state: 'open', begun: false });
          return;
        }
        case 'remediation.executing':
          return move(event.params.remediationId, { state: 'executing' });
        case 'remediation.step':
          return move(event.params.remediationId, { begun: true });
        case 'remediation.rejected':
        case 'remediation.expired':
        case 'remediation.executed':
        case 'remediation.failed':
          return move(event.params.remediationId, { state: 'over' });
        default:
          return;
      }
    },
  };
};
