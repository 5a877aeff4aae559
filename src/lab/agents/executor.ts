import type { Agent } from '../../agent/connect.ts';
import type { Lane } from './lane.ts';
import type { OwnPlan, OwnStep } from './plan-steps.ts';
import { objectiveOf, runStep, StepFailed } from './run-step.ts';
import type { AgentSettings } from './settings.ts';
import type { Tools } from './tools.ts';
import { clock, seconds } from './words.ts';

export type ExecutorOptions = {
  agent: Agent;
  incidentId: string;
  plan: OwnPlan;
  tools: Tools;
  settings: AgentSettings;
  lane: Lane;
  /** Rejects once people stopped the work. */
  pause: (ms: number) => Promise<void>;
};

const HISTORY_MS = 3 * 60_000;

/** The metric that was broken, from before it broke until now. */
const showRecovery = async ({ tools, settings, lane, plan }: ExecutorOptions, fixedAt: number): Promise<void> => {
  const verify = plan.steps.find((step) => step.stepId === 'verify');
  if (verify?.stepId !== 'verify') return;
  const objective = objectiveOf(settings, verify.args.objective);
  const { metric, where, p99Seconds, name } = objective;
  const windowMs = settings.scrapeEveryMs * 2;
  const from = Date.now() - HISTORY_MS;
  const points = (await tools.metric({ metric, operation: 'p99', windowMs, where, from }))[0]?.points ?? [];
  const last = points.at(-1)?.[1] ?? 0;
  const evidenceId = lane.evidence({
    type: 'metric',
    source: 'monitor',
    severity: 'info',
    summary: `${name} p99 is back at ${seconds(last)} after the index was recreated at ${clock(fixedAt)}`,
    data: {
      kind: 'metric',
      name: `${name} p99`,
      unit: 's',
      points,
      threshold: p99Seconds,
      marks: [{ at: fixedAt, label: 'index recreated' }],
    },
  });
  lane.finding(`${name} meets its objective again: p99 ${seconds(last)}.`, [evidenceId]);
};

/** Runs an approved plan, once, step by step; the first step that fails skips the rest. Resolves to whether it worked. */
export const executePlan = async (options: ExecutorOptions): Promise<boolean> => {
  const { agent, incidentId, plan, lane, tools, settings } = options;
  const { remediationId } = plan;
  const began = Date.now();
  let fixedAt = began;
  const tell = (
    step: OwnStep,
    params: { status: 'running' | 'completed' | 'failed' | 'skipped'; output?: string; durationMs?: number },
  ) => agent.publish('remediation.step', { incidentId, remediationId, stepId: step.stepId, ...params });

  const run = async (step: OwnStep): Promise<string | undefined> => {
    const stepBegan = performance.now();
    const output: string[] = [];
    const ended = (status: 'completed' | 'failed') =>
      tell(step, { status, output: output.join('\n'), durationMs: Math.round(performance.now() - stepBegan) });
    await tell(step, { status: 'running' });
    const say = (line: string): void => {
      output.push(line);
      void tell(step, { status: 'running', output: output.join('\n') }).catch(() => undefined);
    };
    try {
      await runStep(step, { tools, settings, pause: options.pause, say });
      await ended('completed');
      return undefined;
    } catch (error) {
      await options.pause(0);
      const reason = error instanceof StepFailed ? error.message : `The step failed: ${String(error)}`;
      output.push(reason);
      await ended('failed');
      return reason;
    }
  };

  lane.status('running', plan.title);
  for (const [index, step] of plan.steps.entries()) {
    const failure = await run(step);
    if (step.stepId === 'migrate') fixedAt = Date.now();
    if (failure === undefined) {
      await lane.pause(700);
      continue;
    }
    for (const rest of plan.steps.slice(index + 1)) await tell(rest, { status: 'skipped' });
    const outcome = step.stepId === 'verify' ? 'no_effect' : 'not_applied';
    await agent.publish('remediation.failed', {
      incidentId,
      remediationId,
      stepId: step.stepId,
      reason: failure,
      outcome,
      durationMs: Date.now() - began,
    });
    lane.status('failed', failure);
    return false;
  }
  await showRecovery(options, fixedAt);
  await agent.publish('remediation.executed', {
    incidentId,
    remediationId,
    outcome: 'resolved',
    durationMs: Date.now() - began,
  });
  lane.status('done', 'The objective is met again');
  return true;
};
