import type { Agent } from '../../../agent/connect.ts';
import { type Looked, type Looking, look } from '../plans/look-at.ts';
import type { OwnPlan } from '../plans/own-plan.ts';

export type Watching = { agent: Agent; incidentId: string; plan: OwnPlan; looking: Looking };

/** How often the facts of a plan that waits are looked at by themselves. */
export const LOOK_EVERY_MS = 15_000;

export type Doubted = { statement: string; looked: Looked };

/** Looks at the facts of a plan, tells how they are, and returns those that no longer hold or are not known. */
export const lookAtFacts = async (
  { agent, incidentId, plan, looking }: Watching,
  only?: string,
): Promise<Doubted[]> => {
  const { remediationId, preconditions } = plan;
  const wanted = preconditions.filter(({ preconditionId }) => only === undefined || preconditionId === only);
  const all = await Promise.all(
    wanted.map(async ({ preconditionId, statement, check }) => {
      const looked = await look(check, looking);
      await agent.publish('remediation.precondition', { incidentId, remediationId, preconditionId, ...looked });
      return { statement, looked };
    }),
  );
  return all.filter(({ looked }) => looked.status !== 'holds');
};
