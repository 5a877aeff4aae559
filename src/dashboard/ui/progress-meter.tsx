import { Meter } from '@base-ui/react/meter';
import { clsx } from 'clsx';
import type { Tone } from './badge.tsx';

const fills: Record<Tone, string> = {
  neutral: 'bg-faint',
  accent: 'bg-accent',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
};

type ProgressMeterProps = {
  /** What is measured, for screen readers. */
  label: string;
  /** Between 0 and 1. */
  value: number;
  tone?: Tone | undefined;
  /** The figure beside the bar. */
  figure?: boolean | undefined;
  className?: string | undefined;
};

export const ProgressMeter = ({ label, value, tone = 'accent', figure = true, className }: ProgressMeterProps) => {
  const share = Math.min(1, Math.max(0, value));
  return (
    <Meter.Root
      value={share}
      max={1}
      aria-label={label}
      getAriaValueText={() => `${Math.round(share * 100)} %`}
      className={clsx('inline-flex items-center gap-2', className)}
    >
      <Meter.Track className="h-1 w-16 overflow-hidden rounded-full bg-line-strong">
        <Meter.Indicator className={clsx('block rounded-full', fills[tone])} />
      </Meter.Track>
      {figure && <Meter.Value className="tabular text-sm">{() => share.toFixed(2)}</Meter.Value>}
    </Meter.Root>
  );
};
