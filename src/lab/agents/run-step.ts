import type { z } from 'zod';
import type { CheckStep, MigrateStep, OwnStep, VerifyStep } from './plan-steps.ts';
import type { AgentSettings, Objective, Service } from './settings.ts';
import { definedIndex, scannedTables } from './statement.ts';
import type { Tools } from './tools.ts';
import { clock, duration, seconds } from './words.ts';

/** The plan no longer fits, or had no effect: a reason for people, not a fault of the program. */
export class StepFailed extends Error {
  override name = 'StepFailed';
}

export type StepContext = {
  tools: Tools;
  settings: AgentSettings;
  pause: (ms: number) => Promise<void>;
  /** A line of output, shown as it comes. */
  say: (line: string) => void;
};

const MET_IN_A_ROW = 3;

const serviceOf = (settings: AgentSettings, name: string): Service => {
  const service = settings.services.find((known) => known.name === name);
  if (service === undefined) throw new StepFailed(`There is no service ${name} any more.`);
  return service;
};

export const objectiveOf = (settings: AgentSettings, name: string): Objective => {
  const objective = settings.objectives.find((known) => known.name === name);
  if (objective === undefined) throw new StepFailed(`There is no objective ${name} any more.`);
  return objective;
};

const check = async ({ args }: z.infer<typeof CheckStep>, { tools, settings, say }: StepContext): Promise<void> => {
  const service = serviceOf(settings, args.service);
  const schema = await tools.schema(service);
  if (definedIndex(schema.join(';\n'), args.index) !== undefined) {
    throw new StepFailed(`The index ${args.index} exists already: the plan no longer fits, nothing was changed.`);
  }
  say(`✓ ${args.index} is still missing`);
  const plan = await tools.explain(service, args.statement);
  if (!scannedTables(plan).includes(args.table)) {
    throw new StepFailed(`The statement no longer scans ${args.table} (${plan.join(', ')}): nothing was changed.`);
  }
  say(`✓ the lookup still reads the whole table: ${plan.join(', ')}`);
};

const migrate = async (
  { args, command }: z.infer<typeof MigrateStep>,
  { tools, settings, say }: StepContext,
): Promise<void> => {
  const service = serviceOf(settings, args.service);
  say(command);
  const { durationMs } = await tools.migrate(service, {
    file: args.file,
    up: command,
    down: args.down,
    author: 'Remediation agent',
  });
  say(`${args.file} applied in ${duration(durationMs)}`);
  const plan = await tools.explain(service, args.statement);
  say(`plan now: ${plan.join(', ')}`);
};

const latestP99 = async (
  { tools }: StepContext,
  { metric, where, windowMs }: Objective,
): Promise<[number, number] | undefined> =>
  (await tools.metric({ metric, operation: 'p99', windowMs, where, from: Date.now() - 2 * windowMs }))[0]?.points.at(
    -1,
  );

const verify = async ({ args }: z.infer<typeof VerifyStep>, context: StepContext): Promise<void> => {
  const { settings, say, pause } = context;
  const objective = objectiveOf(settings, args.objective);
  const until = Date.now() + args.withinMs;
  let met = 0;
  let seen = 0;
  while (met < MET_IN_A_ROW) {
    if (Date.now() > until) {
      throw new StepFailed(
        `${objective.name} p99 did not come below ${seconds(objective.p99Seconds)} within ${duration(args.withinMs)}.`,
      );
    }
    const [at, p99] = (await latestP99(context, objective)) ?? [0, Number.POSITIVE_INFINITY];
    if (at > seen) {
      seen = at;
      met = p99 <= objective.p99Seconds ? met + 1 : 0;
      say(
        `${clock(at)}  p99 ${seconds(p99)} ${p99 <= objective.p99Seconds ? '✓' : `over ${seconds(objective.p99Seconds)}`}`,
      );
    }
    await pause(settings.scrapeEveryMs / 2);
  }
};

/** Does what a step of the plan says; throws `StepFailed` where it doesn't hold. */
export const runStep = (step: OwnStep, context: StepContext): Promise<void> => {
  switch (step.stepId) {
    case 'check':
      return check(step, context);
    case 'migrate':
      return migrate(step, context);
    case 'verify':
      return verify(step, context);
  }
};
