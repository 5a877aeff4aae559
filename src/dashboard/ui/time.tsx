import { clsx } from 'clsx';
import { formatClock, formatDateTime, formatExact, formatRelative, type Instant, toIso } from './format-time.ts';
import { useNow } from './ticker.ts';
import { useZone } from './time-zone.ts';

type TimeProps = {
  at: Instant;
  format?: 'clock' | 'date-time' | 'exact' | 'relative' | undefined;
  className?: string | undefined;
};

const absolute = { clock: formatClock, 'date-time': formatDateTime, exact: formatExact };

export const Time = ({ at, format = 'clock', className }: TimeProps) => {
  const zone = useZone();
  const now = useNow(format === 'relative');
  const iso = toIso(at);
  const text = format === 'relative' ? formatRelative(at, now) : absolute[format](at, zone);
  return (
    <time dateTime={iso} title={iso} className={clsx('tabular whitespace-nowrap', className)}>
      {text}
    </time>
  );
};
