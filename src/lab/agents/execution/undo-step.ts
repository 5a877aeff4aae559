import type { OperationStep, OwnStep } from '../plans/own-plan.ts';
import type { Platform, State } from '../tools/platform.ts';
import { operate, runStep, type StepContext, StepFailed } from './run-step.ts';

const isGiven = (value: unknown, wanted: unknown): boolean => wanted !== undefined && value === wanted;

/** How the state shows that all is as the operation asks for; what isn't here can be shown by having been done only. */
const SHOWN_BY = new Map<string, (args: State, state: State) => boolean>([
  ['rollback_deployment', ({ toVersion }, { version }) => isGiven(version, toVersion)],
  ['rollback_config', ({ toValue }, { value }) => isGiven(value, toValue)],
  ['set_circuit_breaker', (args, { enabled }) => isGiven(enabled, args.enabled)],
  ['scale_pool', (args, { size }) => isGiven(size, args.size)],
  ['requeue_message', (_, { status }) => status === 'ready' || status === 'leased'],
]);

/** A migration runs under the number that is free by then: others may have taken the one that it was proposed with. */
const numbered = async (step: OperationStep, platform: Platform): Promise<OperationStep> => {
  const { type, args } = step;
  const [digits] = /^\d+/.exec(String(args.file)) ?? [];
  if (type !== 'sql_migration' || digits === undefined) return step;
  const { newest } = await platform.state({ type, args });
  if (typeof newest !== 'number') throw new StepFailed('The number of the newest migration is not known.');
  const number = String(newest + 1).padStart(digits.length, '0');
  return { ...step, args: { ...args, file: `${number}${String(args.file).slice(digits.length)}` } };
};

/** Takes back what a step did; where the platform says that it had nothing to do, its state has to show that. */
export const undoStep = async (step: OwnStep, context: StepContext): Promise<void> => {
  if (step.action !== 'operate') return runStep(step, context);
  const { platform } = context.work;
  const wanted = await numbered(step, platform);
  if (await operate(wanted, context)) return;
  const { type, args } = wanted;
  if (SHOWN_BY.get(type)?.(args, await platform.state({ type, args })) !== true)
    throw new StepFailed('Nothing was changed, and nothing shows that it is as it was before.');
};
