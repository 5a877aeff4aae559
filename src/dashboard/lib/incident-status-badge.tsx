import { clsx } from 'clsx';
import type { IncidentStatus } from '../../protocol/values.ts';
import { Badge } from '../ui/badge.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { incidentStatusLook } from './incident-status.ts';

export const IncidentStatusBadge = ({ status }: { status: IncidentStatus }) => {
  const { label, tone, shape, running } = incidentStatusLook[status];
  return (
    <Badge tone={tone} icon={<StatusDot tone={tone} shape={shape} running={running} />}>
      {label}
    </Badge>
  );
};

/** For rows: shape and word, without a ground. */
export const IncidentStatusText = ({
  status,
  className,
}: {
  status: IncidentStatus;
  className?: string | undefined;
}) => {
  const { label, tone, shape, running } = incidentStatusLook[status];
  return (
    <span className={clsx('inline-flex items-center gap-1.5 whitespace-nowrap text-sm', className)}>
      <StatusDot tone={tone} shape={shape} running={running} />
      {label}
    </span>
  );
};
