import type { Case } from '../case.ts';
import { valueWords } from '../metric-words.ts';
import type { OperationStep, OwnStep, VerifyStep } from '../plans/own-plan.ts';
import { clock, duration } from '../words.ts';

/** The plan no longer fits, or had no effect: a reason for people, not a fault of the program. */
export class StepFailed extends Error {
  override name = 'StepFailed';
}

export type StepContext = {
  work: Pick<Case, 'monitor' | 'platform' | 'settings'>;
  remediationId: string;
  pause: (ms: number) => Promise<void>;
  /** A line of output, shown as it comes. */
  say: (line: string) => void;
};

const MET_IN_A_ROW = 3;
const AUTHOR = 'Remediation agent';

const fields = (state: Record<string, unknown> | null | undefined): string =>
  Object.entries(state ?? {})
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');

/** Resolves to whether the platform says that it changed something. */
export const operate = async (step: OperationStep, { work, remediationId, say }: StepContext): Promise<boolean> => {
  const { type, args, expect, stepId } = step;
  const operation = { type, args };
  say(`${type} ${JSON.stringify(args)}`);
  const done = await work.platform.operate(operation, {
    operationId: `${remediationId}-${stepId}`,
    author: AUTHOR,
    ...(expect === undefined ? {} : { expect }),
  });
  for (const line of done.output) say(line);
  say(done.changed ? `before: ${fields(done.before)}` : 'it was so already; nothing was changed');
  if (done.changed) say(`after:  ${fields(done.after)} (${duration(done.durationMs)})`);
  return done.changed;
};

const verify = async ({ args }: VerifyStep, { work, say, pause }: StepContext): Promise<void> => {
  const { monitor, settings } = work;
  const until = Date.now() + args.withinMs;
  let met = 0;
  let last = '';
  while (met < MET_IN_A_ROW) {
    if (Date.now() > until) throw new StepFailed(`${args.objective} was not met within ${duration(args.withinMs)}.`);
    const [alerts, objectives] = await Promise.all([monitor.alerts(), monitor.objectives()]);
    const alert = alerts.find(({ objective }) => objective === args.objective);
    const unit = objectives.find(({ name }) => name === args.objective)?.unit ?? '';
    if (alert === undefined) throw new StepFailed(`There is no objective ${args.objective} any more.`);
    const value = alert.value ?? undefined;
    const isMet = !alert.firing && (value === undefined || value <= alert.limit);
    met = isMet ? met + 1 : 0;
    const line = `${value === undefined ? 'no value' : valueWords(value, unit)} ${isMet ? '✓' : `over ${valueWords(alert.limit, unit)}`}`;
    if (line !== last) say(`${clock(Date.now())}  ${line}`);
    last = line;
    await pause(settings.scrapeEveryMs);
  }
};

/** Does what a step of the plan says; throws where it doesn't hold. */
export const runStep = async (step: OwnStep, context: StepContext): Promise<void> => {
  if (step.action === 'operate') await operate(step, context);
  else await verify(step, context);
};
