import type { Step } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { PlainCode, PlainText } from '../lib/plain-text-block.tsx';
import { stepTypeName } from '../lib/plan-words.ts';
import { Badge } from '../ui/badge.tsx';
import { Duration } from '../ui/duration.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { stepLooks } from './remediation-look.ts';
import { WordDiff } from './word-diff.tsx';

const Took = ({ step }: { step: Step }) => {
  if (step.durationMs !== null) return <Duration ms={step.durationMs} />;
  return step.startedAt === null ? null : <Duration from={step.startedAt} to={step.endedAt} />;
};

const Command = ({ step, before, full }: { step: Step; before: Step | undefined; full: boolean }) => {
  const { command } = step;
  if (command === undefined || command === '') return null;
  if (before?.command !== undefined && before.command !== command)
    return (
      <pre className="wrap-anywhere whitespace-pre-wrap rounded-md border border-line bg-sunken px-3 py-2 font-mono text-ink text-xs">
        <WordDiff before={before.command} after={command} />
      </pre>
    );
  return <PlainCode label="Command" text={command} full={full} {...(full && { most: 40_000 })} />;
};

type StepProps = {
  step: Step;
  index: number;
  full: boolean;
  started: boolean;
  before: Step | undefined;
  isNew: boolean;
};

const StepItem = ({ step, index, full, started, before, isNew }: StepProps) => {
  const look = stepLooks[step.status];
  const type = step.type === '' ? '' : stepTypeName(toOneLine(step.type, 60));
  const changed = before !== undefined && before.description !== step.description;
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-1.5 text-sm">
      <span className="tabular text-faint">{index + 1}</span>
      <div className="flex min-w-0 flex-col gap-1.5">
        <div>
          {started && (
            <span className="tabular float-right ml-2 flex h-5 items-center gap-1.5 text-xs">
              <Took step={step} />
              <span className={step.status === 'failed' ? 'text-bad' : 'text-muted'}>{look.label}</span>
              <StatusDot shape={look.shape} tone={look.tone} running={look.running} />
            </span>
          )}
          <p className="wrap-anywhere text-ink">
            {changed ? (
              <WordDiff before={before.description} after={step.description} />
            ) : (
              <PlainText text={step.description} most={600} />
            )}{' '}
            {isNew && <Badge tone="accent">new step</Badge>}
          </p>
          {(type !== '' || step.target !== undefined || step.expectedEffect !== undefined) && (
            <p className="wrap-anywhere text-muted text-xs">
              {type}
              {step.target !== undefined && (
                <>
                  {type === '' ? 'On ' : ' on '}
                  <b className="font-semibold text-ink">{toOneLine(step.target, 120)}</b>
                </>
              )}
              {step.expectedEffect !== undefined && ` · ${toOneLine(step.expectedEffect)}`}
            </p>
          )}
        </div>
        <Command step={step} before={before} full={full} />
        {step.output !== undefined && step.output !== '' && <PlainCode label="Output" text={step.output} />}
      </div>
    </li>
  );
};

type PlanStepsProps = {
  steps: readonly Step[];
  label?: string | undefined;
  /** Commands in full height. */
  full?: boolean | undefined;
  /** Whether the plan runs or ran; before that, steps have no state worth a word. */
  started: boolean;
  /** The steps as they were shown before the plan changed. */
  before?: readonly Step[] | undefined;
};

export const PlanSteps = ({ label = 'Steps of the plan', steps, full = false, started, before }: PlanStepsProps) => (
  <>
    <ol aria-label={label} className="flex flex-col gap-2.5">
      {steps.map((step, index) => {
        const earlier = before?.find(({ stepId }) => stepId === step.stepId);
        return (
          <StepItem
            key={step.stepId}
            step={step}
            index={index}
            full={full}
            started={started}
            before={earlier}
            isNew={before !== undefined && earlier === undefined}
          />
        );
      })}
    </ol>
    {before
      ?.filter(({ stepId }) => !steps.some((step) => step.stepId === stepId))
      .map((step) => (
        <p key={step.stepId} className="wrap-anywhere text-bad text-sm">
          <del>{toOneLine(step.description)}</del> is no longer part of the plan.
        </p>
      ))}
  </>
);
