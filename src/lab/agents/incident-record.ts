import type { AgentEvent } from '../../agent/feed.ts';
import { OwnPlan } from './plans/own-plan.ts';

export type PlanRecord = {
  plan: OwnPlan;
  /** `watched`: carried out or failed, and can still be taken back. */
  state: 'open' | 'executing' | 'watched' | 'undoing' | 'over';
  /** A step was reported: somebody began to execute it. */
  begun: boolean;
  undoBegun: boolean;
  /** Until when it can be taken back. */
  watchedUntil: number;
};

const at = (timestamp: string | undefined): number => Date.parse(timestamp ?? '') || Date.now();

/**
 * What the incident's own events say was done already: the memory of agents that were restarted. What came with a record
 * from elsewhere was done there, and anybody may have written it: it is not remembered, so that nothing is resumed for it.
 */
export const createIncidentRecord = () => {
  const plans = new Map<string, PlanRecord>();
  const agents = new Set<string>();
  let endedAt: number | undefined;

  const move = (remediationId: string, change: Partial<PlanRecord>): void => {
    const record = plans.get(remediationId);
    if (record !== undefined) plans.set(remediationId, { ...record, ...change });
  };
  const watch = (remediationId: string, since: number): void => {
    const watchMs = plans.get(remediationId)?.plan.undo.watchMs ?? 0;
    move(remediationId, { state: 'watched', watchedUntil: since + watchMs });
  };

  return {
    /** When the newest investigation ended, completed or stopped; undefined while none has. */
    endedAt: () => endedAt,
    /** Everybody who said how they are. */
    agents: (): ReadonlySet<string> => agents,
    plan: (remediationId: string) => plans.get(remediationId),
    /** Plans that something may still be asked for. */
    openPlans: (now: number) =>
      [...plans.values()].filter(
        ({ state, watchedUntil }) => state !== 'over' && (state !== 'watched' || watchedUntil > now),
      ),
    waiting: () => [...plans.values()].filter(({ state }) => state === 'open'),
    take: (event: AgentEvent): void => {
      if (event.params.importedAt !== undefined) return;
      switch (event.method) {
        case 'agent.status':
          agents.add(event.params.agentName);
          return;
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
          if (plan.success) {
            const fresh = { state: 'open' as const, begun: false, undoBegun: false, watchedUntil: 0 };
            plans.set(plan.data.remediationId, { plan: plan.data, ...fresh });
          }
          return;
        }
        case 'remediation.executing':
          return move(event.params.remediationId, { state: 'executing' });
        case 'remediation.step': {
          const state = plans.get(event.params.remediationId)?.state;
          return move(event.params.remediationId, state === 'undoing' ? { undoBegun: true } : { begun: true });
        }
        case 'remediation.rollback_requested':
          return move(event.params.remediationId, { state: 'undoing' });
        case 'remediation.executed':
        case 'remediation.failed':
          return watch(event.params.remediationId, at(event.params.timestamp));
        case 'remediation.rejected':
        case 'remediation.expired':
        case 'remediation.rolled_back':
        case 'remediation.rollback_failed':
          return move(event.params.remediationId, { state: 'over' });
        default:
          return;
      }
    },
  };
};
export type IncidentRecord = ReturnType<typeof createIncidentRecord>;
