import { clsx } from 'clsx';
import { formatCountdown, formatDuration, formatElapsed, type Instant, toMs } from './format-time.ts';
import { useNow } from './ticker.ts';

type DurationProps = { className?: string | undefined } & (
  | { ms: number }
  /** Ticks while there is no end. */
  | { from: Instant; to?: Instant | null | undefined }
);

export const Duration = (props: DurationProps) => {
  const open = 'from' in props && (props.to === undefined || props.to === null);
  const now = useNow(open);
  const text = 'ms' in props ? formatDuration(props.ms) : lengthOf(props.from, props.to ?? now, open);
  return <span className={clsx('tabular whitespace-nowrap', props.className)}>{text}</span>;
};

const lengthOf = (from: Instant, to: Instant, open: boolean): string => {
  const ms = toMs(to) - toMs(from);
  return open ? formatElapsed(ms) : formatDuration(ms);
};

/** The time left until `until`, to the second. */
export const Countdown = ({ until, className }: { until: Instant; className?: string | undefined }) => {
  const now = useNow();
  return <span className={clsx('tabular whitespace-nowrap', className)}>{formatCountdown(toMs(until) - now)}</span>;
};
