import { z } from 'zod';
import type { Agent } from '../../agent/connect.ts';
import type { Case } from './case.ts';
import { executePlan, rollBackPlan } from './execution/executor.ts';
import { LOOK_EVERY_MS, lookAtFacts } from './execution/preconditions.ts';
import type { Facts } from './facts.ts';
import type { IncidentRecord, PlanRecord } from './incident-record.ts';
import type { Lane } from './lane.ts';
import type { Patterns } from './memory/patterns.ts';
import { signatureOf } from './memory/signature.ts';
import type { Outcome } from './orchestrator.ts';
import type { OwnPlan } from './plans/own-plan.ts';
import { propose } from './plans/propose.ts';
import type { Remedy } from './plans/remedy.ts';

type DeskOptions = {
  agent: Agent;
  incidentId: string;
  record: IncidentRecord;
  tools: Pick<Case, 'monitor' | 'platform' | 'settings'>;
  lane: (name: string, role: string) => Lane;
  work: (run: () => Promise<void>) => void;
  patterns: Patterns;
  /** Rejects once people stopped the work. */
  pause: (ms: number) => Promise<void>;
};

type Alternatives = { facts: Facts; learned: OwnPlan['learned']; remedies: readonly Remedy[] };

/** Of what an investigation found, what is learned. */
const Cause = z.object({ kind: z.string(), service: z.string() });

const RESTARTED =
  'The agents were restarted in the middle of it; nothing was run again. Look at the steps and propose anew.';

const quoted = (reason: string | undefined): string => (reason === undefined || reason === '' ? '' : `: “${reason}”`);

/** The plans of one incident: proposed, their facts looked at while they wait, carried out, taken back, replaced. */
export const createPlanDesk = ({ agent, incidentId, record, tools, lane, work, patterns, pause }: DeskOptions) => {
  const handled = new Set<string>();
  let left: Alternatives | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const orchestrator = lane('Orchestrator', 'orchestrator');
  const executor = (): Lane => lane('Remediation', 'remediation');

  const watchFacts = (): void => {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => {
      const looks = record.waiting().map(({ plan }) => lookAtFacts({ agent, incidentId, plan, looking: tools }));
      // A look that fails is reported as unknown; only a relay that refuses us gets here, and it ends the work.
      void Promise.allSettled(looks).then(watchFacts);
    }, LOOK_EVERY_MS);
  };

  const proposeNext = async (instead?: string): Promise<boolean> => {
    const [remedy, ...rest] = left?.remedies ?? [];
    if (left === undefined || remedy === undefined) return false;
    const { facts, learned } = left;
    left = { ...left, remedies: rest };
    await agent.publish(
      'remediation.proposed',
      await propose({ incidentId, facts, remedy, learned, looking: tools, instead }),
    );
    orchestrator.status('waiting', 'For a person to decide on the plan');
    watchFacts();
    return true;
  };

  const learn = (plan: OwnPlan, worked: boolean): void => {
    if (plan.learned !== undefined) patterns.learn({ ...plan.learned, incidentId }, worked);
  };

  const runPlan = async ({ plan, begun }: PlanRecord): Promise<void> => {
    const { remediationId } = plan;
    if (begun) {
      await agent.publish('remediation.failed', { incidentId, remediationId, reason: RESTARTED, outcome: 'unknown' });
      return executor().status('failed', RESTARTED);
    }
    orchestrator.status('waiting', 'For the plan to be executed');
    const worked = await executePlan({ agent, incidentId, plan, work: tools, lane: executor(), pause });
    learn(plan, worked);
    orchestrator.status('done', worked ? 'The plan worked' : 'The plan did not work');
  };

  const execute = (remediationId: string): void => {
    const found = record.plan(remediationId);
    if (found === undefined || handled.has(remediationId)) return;
    handled.add(remediationId);
    work(() => runPlan(found));
  };

  const rollBack = (remediationId: string): void => {
    const found = record.plan(remediationId);
    if (found === undefined || handled.has(`undo ${remediationId}`)) return;
    handled.add(`undo ${remediationId}`);
    work(async () => {
      if (found.undoBegun) {
        await agent.publish('remediation.rollback_failed', { incidentId, remediationId, reason: RESTARTED });
        return executor().status('failed', RESTARTED);
      }
      await rollBackPlan({ agent, incidentId, plan: found.plan, work: tools, lane: executor(), pause });
    });
  };

  return {
    /** Takes up what an investigation found: its best remedy is proposed, the others are kept for a rejection. */
    take: async ({ remedies, facts, completed }: Outcome): Promise<void> => {
      if (facts === undefined || remedies.length === 0) return;
      const cause = Cause.safeParse(completed.cause).data;
      const title = completed.rootCause.slice(0, 160);
      const learned = cause === undefined ? undefined : { ...cause, title, signature: signatureOf(facts) };
      left = { facts, remedies, learned };
      await proposeNext();
    },
    execute,
    rollBack,
    check: (remediationId: string, preconditionId?: string): void => {
      const found = record.plan(remediationId);
      if (found === undefined) return;
      work(async () => {
        await lookAtFacts({ agent, incidentId, plan: found.plan, looking: tools }, preconditionId);
      });
    },
    rejected: (remediationId: string, by: string, reason: string | undefined): void => {
      if (record.plan(remediationId) === undefined) return;
      orchestrator.note(`${by} rejected the plan${quoted(reason)}. Nothing was changed.`);
      work(async () => {
        const proposed = await proposeNext(`Proposed instead of the plan that ${by} rejected${quoted(reason)}.`);
        if (proposed) return orchestrator.note('There is another way; it is proposed instead.');
        orchestrator.note('The agents know of no other plan and stop here.');
        orchestrator.status('done', 'The plan was rejected');
      });
    },
    expired: (remediationId: string): void => {
      if (record.plan(remediationId) === undefined) return;
      orchestrator.note('Nobody decided in time. Nothing was changed; the agents stop here.');
      orchestrator.status('done', 'The plan expired');
    },
    /** After a restart: goes on with what was asked for meanwhile. */
    resume: (): void => {
      for (const { plan, state } of record.openPlans(Date.now())) {
        if (state === 'executing') execute(plan.remediationId);
        if (state === 'undoing') rollBack(plan.remediationId);
      }
      if (record.waiting().length > 0) watchFacts();
    },
    close: (): void => {
      closed = true;
      clearTimeout(timer);
    },
  };
};

export type PlanDesk = ReturnType<typeof createPlanDesk>;
