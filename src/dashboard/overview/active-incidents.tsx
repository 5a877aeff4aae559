import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { IncidentStatusText } from '../lib/incident-status-badge.tsx';
import { SeverityBadge } from '../lib/severity-badge.tsx';
import { Duration } from '../ui/duration.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { SeveritySummary } from './severity-summary.tsx';
import { useActiveIncidents } from './use-active-incidents.ts';

const Body = ({ incidents, isPending, error, refetch }: ReturnType<typeof useActiveIncidents>) => {
  if (isPending) return <SkeletonRows label="Loading active incidents" className="px-4 pb-4" />;
  if (error !== null && incidents.length === 0)
    return (
      <ErrorState title="The incidents could not be loaded" onRetry={refetch}>
        {error.message}
      </ErrorState>
    );
  if (incidents.length === 0)
    return (
      <EmptyState icon={<CircleCheck className="text-good" />} title="Nothing is on fire">
        When an alert opens an incident, it appears here by itself, and you can watch the agents look for its cause.
      </EmptyState>
    );
  return (
    <ul aria-label="Active incidents">
      {incidents.map((incident) => (
        <li
          key={incident.incidentId}
          className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 border-line border-t px-4 py-2.5 hover:bg-hover sm:grid-cols-[5.5rem_minmax(0,1fr)_10rem_5rem]"
        >
          <SeverityBadge severity={incident.severity} quiet />
          <Link
            to="/incidents/$incidentId"
            params={{ incidentId: incident.incidentId }}
            className="wrap-anywhere order-first col-span-2 font-medium text-ink text-sm no-underline after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2 sm:order-none sm:col-span-1"
          >
            {incident.title}
          </Link>
          <IncidentStatusText
            status={incident.status}
            className="justify-self-end text-muted max-sm:text-xs sm:justify-self-start"
          />
          <Duration from={incident.createdAt} className="hidden text-right text-muted text-xs sm:block" />
        </li>
      ))}
    </ul>
  );
};

export const ActiveIncidents = () => {
  const active = useActiveIncidents();
  return (
    <Card>
      <Panel title="Active incidents" aside={<SeveritySummary incidents={active.incidents} />} bodyClassName="">
        <Body {...active} />
      </Panel>
    </Card>
  );
};
