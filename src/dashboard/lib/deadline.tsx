import { Hourglass } from 'lucide-react';
import { Badge } from '../ui/badge.tsx';
import { formatCountdown, type Instant, toMs } from '../ui/format-time.ts';
import { useNow } from '../ui/ticker.ts';

/** The time left for a decision. At its end it says so; it never becomes an approval. */
export const Deadline = ({ until, paused = false }: { until: Instant | null | undefined; paused?: boolean }) => {
  const now = useNow(until !== null && until !== undefined && !paused);
  if (until === null || until === undefined) return <Badge>No deadline</Badge>;
  if (paused) return <Badge icon={<Hourglass />}>Countdown stopped</Badge>;
  const leftMs = toMs(until) - now;
  if (leftMs <= 0) return <Badge icon={<Hourglass />}>Expired</Badge>;
  return (
    <Badge tone="warn" icon={<Hourglass />} className="tabular">
      {formatCountdown(leftMs)} left
    </Badge>
  );
};
