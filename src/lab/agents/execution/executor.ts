import type { Agent } from '../../../agent/connect.ts';
import type { Case } from '../case.ts';
import type { Cited } from '../cited.ts';
import { type Lane, unlessStopped } from '../lane.ts';
import { valueWords } from '../metric-words.ts';
import type { OwnPlan, OwnStep } from '../plans/own-plan.ts';
import { clock } from '../words.ts';
import { type Doubted, lookAtFacts } from './preconditions.ts';
import { runStep } from './run-step.ts';
import { undoStep } from './undo-step.ts';

export type Executing = {
  agent: Agent;
  incidentId: string;
  plan: OwnPlan;
  work: Pick<Case, 'monitor' | 'platform' | 'settings'>;
  lane: Lane;
  /** Rejects once people stopped the work. */
  pause: (ms: number) => Promise<void>;
};

const HISTORY_MS = 4 * 60_000;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one step, with its output as it comes; resolves to why it failed. */
const runOne = async (executing: Executing, step: OwnStep, does = runStep): Promise<string | undefined> => {
  const { agent, incidentId, plan, work, pause } = executing;
  const { remediationId } = plan;
  const began = performance.now();
  const output: string[] = [];
  const tell = (status: 'running' | 'completed' | 'failed') =>
    agent.publish('remediation.step', {
      incidentId,
      remediationId,
      stepId: step.stepId,
      status,
      output: output.join('\n'),
      ...(status === 'running' ? {} : { durationMs: Math.round(performance.now() - began) }),
    });
  await tell('running');
  const say = (line: string): void => {
    output.push(line);
    void tell('running').catch(() => undefined);
  };
  try {
    await does(step, { work, remediationId, pause, say });
    await tell('completed');
    return undefined;
  } catch (error) {
    await pause(0);
    output.push(reasonOf(error));
    await tell('failed');
    return reasonOf(error);
  }
};

/** The metric that was broken, from before it broke until now. */
const showRecovery = async ({ work, lane, plan }: Executing, fixedAt: number): Promise<Cited | undefined> => {
  const verify = plan.steps.find((step) => step.action === 'verify');
  if (verify?.action !== 'verify') return undefined;
  const { monitor, settings } = work;
  const objective = (await monitor.objectives()).find(({ name }) => name === verify.args.objective);
  if (objective === undefined) return undefined;
  const { metric, operation, where, limit, unit, name, kind } = objective;
  const found = await lane.use(
    'query_metrics',
    `Is ${name} as it was before?`,
    { metric, operation, where },
    async () => {
      const request = { metric, where, windowMs: settings.scrapeEveryMs * 3, from: Date.now() - HISTORY_MS };
      const value =
        (await monitor.query({ ...request, operation: kind === 'errors' ? 'rate' : operation }))[0]?.points ?? [];
      return {
        value,
        says: `${value.length} points`,
        lines: value
          .slice(-20)
          .map(([at, one]) => `${clock(at)}  ${valueWords(one, kind === 'errors' ? '1/s' : unit)}`),
      };
    },
  );
  if (found === undefined) return undefined;
  const cited = lane.evidence(found, clock(found.value.at(-1)?.[0] ?? 0), (points) => ({
    type: 'metric',
    source: 'monitor',
    severity: 'info',
    summary: `${name} is within ${valueWords(limit, unit)} again after ${clock(fixedAt)}`,
    data: {
      kind: 'metric',
      name: kind === 'errors' ? `${name}: requests` : name,
      unit: kind === 'errors' ? '1/s' : unit,
      points,
      ...(kind === 'errors' ? {} : { threshold: limit }),
      marks: [{ at: fixedAt, label: plan.title }],
    },
  }))();
  lane.finding(`${name} is met again.`, [cited]);
  return cited;
};

/**
 * The facts that keep a plan from being carried out. One that could not be looked at is looked at once more, for a call
 * may fail once; what nobody can know then is no ground to act on.
 */
const doubtsOf = async ({ agent, incidentId, plan, work, pause }: Executing): Promise<Doubted[]> => {
  const watching = { agent, incidentId, plan, looking: work };
  const doubted = await lookAtFacts(watching);
  if (doubted.length === 0 || doubted.some(({ looked }) => looked.status === 'changed')) return doubted;
  await pause(work.settings.scrapeEveryMs);
  return lookAtFacts(watching);
};

const wordsOf = ({ statement, looked: { status, reason, observed } }: Doubted): string =>
  status === 'unknown'
    ? `whether “${statement}” holds is not known: ${reason ?? observed}`
    : (reason ?? `“${statement}” no longer holds`);

/**
 * Runs an approved plan, once: looks at its facts again, then does step by step. What changed, or is not known, stops it
 * before anything is done; a step that fails stops the rest. Resolves to whether it worked.
 */
export const executePlan = async (executing: Executing): Promise<boolean> => {
  const { agent, incidentId, plan, lane } = executing;
  const { remediationId } = plan;
  const began = performance.now();
  let fixedAt = Date.now();
  const durationMs = (): number => Math.round(performance.now() - began);
  const fail = async (reason: string, outcome: string, stepId?: string): Promise<false> => {
    await agent.publish('remediation.failed', {
      incidentId,
      remediationId,
      reason,
      outcome,
      durationMs: durationMs(),
      ...(stepId === undefined ? {} : { stepId }),
    });
    lane.status('failed', reason);
    return false;
  };

  lane.status('running', `${plan.title}: does it still fit?`);
  const doubted = await doubtsOf(executing);
  const first = doubted.find(({ looked }) => looked.status === 'changed') ?? doubted[0];
  if (first !== undefined) {
    for (const step of plan.steps)
      await agent.publish('remediation.step', { incidentId, remediationId, stepId: step.stepId, status: 'skipped' });
    return fail(`Nothing was done: ${wordsOf(first)}.`, 'not_applied');
  }
  lane.status('running', plan.title);
  for (const [index, step] of plan.steps.entries()) {
    const failure = await runOne(executing, step);
    if (step.action === 'operate') fixedAt = Date.now();
    if (failure === undefined) continue;
    for (const rest of plan.steps.slice(index + 1))
      await agent.publish('remediation.step', { incidentId, remediationId, stepId: rest.stepId, status: 'skipped' });
    return fail(failure, step.action === 'verify' ? 'no_effect' : 'not_applied', step.stepId);
  }
  // Who stops this agent now ends its last look, not what was done.
  const shown = await unlessStopped(lane, undefined, () => showRecovery(executing, fixedAt));
  await agent.publish('remediation.executed', {
    incidentId,
    remediationId,
    outcome: 'resolved',
    durationMs: durationMs(),
    ...(shown === undefined ? {} : { evidenceIds: [shown.evidenceId] }),
  });
  lane.status('done', 'The objective is met again');
  return true;
};

/** Takes a plan back, step by step, as somebody asked. */
export const rollBackPlan = async (executing: Executing): Promise<void> => {
  const { agent, incidentId, plan, lane } = executing;
  const { remediationId } = plan;
  const began = performance.now();
  lane.status('running', `Taking back: ${plan.title}`);
  const steps = plan.undo.steps ?? [];
  if (steps.length === 0) {
    const reason = 'This plan has no way back.';
    await agent.publish('remediation.rollback_failed', { incidentId, remediationId, reason });
    return lane.status('failed', reason);
  }
  for (const step of steps) {
    const failure = await runOne(executing, step, undoStep);
    if (failure === undefined) continue;
    await agent.publish('remediation.rollback_failed', {
      incidentId,
      remediationId,
      stepId: step.stepId,
      reason: failure,
    });
    return lane.status('failed', failure);
  }
  await agent.publish('remediation.rolled_back', {
    incidentId,
    remediationId,
    outcome: 'as it was before',
    durationMs: Math.round(performance.now() - began),
  });
  lane.status('done', 'Taken back');
};
