import { clsx } from 'clsx';
import { Circle, CircleCheck, CircleDot, CircleMinus, CircleX, type LucideIcon } from 'lucide-react';
import { Fragment, useState } from 'react';
import { createSame } from '../lib/same.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Duration } from '../ui/duration.tsx';
import { type PhaseState, type PhaseStep, phasesOf } from './phases.ts';

const looks: Record<PhaseState, { icon: LucideIcon; text: string; label: string }> = {
  done: { icon: CircleCheck, text: 'text-good', label: 'done' },
  current: { icon: CircleDot, text: 'text-accent', label: 'now' },
  upcoming: { icon: Circle, text: 'text-faint', label: 'to come' },
  failed: { icon: CircleX, text: 'text-bad', label: 'not passed' },
  skipped: { icon: CircleMinus, text: 'text-faint', label: 'skipped' },
};

const Took = ({ step, running }: { step: PhaseStep; running: boolean }) => {
  if (step.from === null || step.state === 'skipped' || step.state === 'upcoming') return null;
  if (step.to === null && !running) return null;
  return <Duration from={step.from} to={step.to} className="text-faint text-xs" />;
};

const Item = ({ step, waits }: { step: PhaseStep; waits: boolean }) => {
  const look = looks[step.state];
  const current = step.state === 'current';
  const Icon = look.icon;
  return (
    <li
      aria-current={current ? 'step' : undefined}
      className={clsx(
        'flex h-9 items-center gap-1.5 whitespace-nowrap border-b-2 text-sm',
        current
          ? waits
            ? 'border-warn font-medium text-warn'
            : 'border-accent font-medium text-ink'
          : 'border-transparent',
        step.state === 'upcoming' || step.state === 'skipped' ? 'text-faint' : 'text-muted',
      )}
    >
      <Icon className={clsx('size-4!', current && waits ? 'text-warn' : look.text)} />
      <span className={clsx(!current && 'max-lg:sr-only', step.state === 'failed' && 'text-bad')}>{step.name}</span>
      <span className="sr-only">, {look.label}</span>
      <span className={clsx(!current && 'max-xl:hidden')}>
        <Took step={step} running={current} />
      </span>
    </li>
  );
};

export const PhaseRail = ({ incidentId }: { incidentId: string }) => {
  const phase = useInvestigationPart(incidentId, (investigation) => investigation.phase);
  const [same] = useState(() => createSame<PhaseStep>());
  const steps = useInvestigationPart(incidentId, (investigation) => same(phasesOf(investigation)));
  const waits = phase === 'approval' || phase === 'approved';
  return (
    <ol
      aria-label="Phases"
      className="flex min-w-0 items-center gap-x-2 max-[24rem]:gap-x-1 max-sm:order-3 max-sm:basis-full lg:gap-x-3"
    >
      {steps.map((step, index) => (
        <Fragment key={step.name}>
          {index > 0 && <li aria-hidden="true" className="h-px w-2 shrink bg-line-strong xl:w-4" />}
          <Item step={step} waits={waits} />
        </Fragment>
      ))}
    </ol>
  );
};
