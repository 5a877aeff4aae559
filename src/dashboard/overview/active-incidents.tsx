import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { IncidentSummary } from '../../protocol/api.ts';
import { incidentStatuses, isActive } from '../lib/incident-status.ts';
import { IncidentStatusText } from '../lib/incident-status-badge.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { SeverityBadge } from '../lib/severity-badge.tsx';
import { Duration } from '../ui/duration.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { rowLink } from '../ui/row-link.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { SeveritySummary } from './severity-summary.tsx';
import { useActiveIncidents } from './use-active-incidents.ts';

/** A screenful; the rest is in the list. */
const SHOWN = 12;

const Row = ({ incident }: { incident: IncidentSummary }) => (
  <li className="relative grid min-h-row grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 border-line border-t px-4 py-2 hover:bg-hover sm:grid-cols-[5.5rem_minmax(0,1fr)_10rem_5rem] sm:py-(--row-pad)">
    <SeverityBadge severity={incident.severity} quiet />
    <Link
      to="/incidents/$incidentId"
      params={{ incidentId: incident.incidentId }}
      dir="auto"
      className={`wrap-anywhere order-first col-span-2 line-clamp-2 font-medium text-ink text-sm sm:order-none sm:col-span-1 ${rowLink}`}
    >
      {toOneLine(incident.title)}
    </Link>
    <IncidentStatusText
      status={incident.status}
      className="justify-self-end text-muted max-sm:text-xs sm:justify-self-start"
    />
    <Duration from={incident.createdAt} className="hidden text-right text-muted text-xs sm:block" />
  </li>
);

const Body = ({ incidents, isPending, error, retry }: ReturnType<typeof useActiveIncidents>) => {
  if (incidents.length === 0 && error !== null)
    return (
      <ErrorState title="The incidents could not be loaded" onRetry={retry}>
        {error.message} What the relay tells meanwhile is shown here as it comes.
      </ErrorState>
    );
  if (incidents.length === 0 && isPending)
    return <SkeletonRows label="Loading active incidents" className="px-4 pb-4" />;
  if (incidents.length === 0)
    return (
      <EmptyState icon={<CircleCheck className="text-good" />} title="Nothing is on fire">
        When an alert opens an incident, it appears here by itself, and you can watch the agents look for its cause.
      </EmptyState>
    );
  return (
    <>
      <ul aria-label="Active incidents">
        {incidents.slice(0, SHOWN).map((incident) => (
          <Row key={incident.incidentId} incident={incident} />
        ))}
      </ul>
      {error !== null && (
        <p role="alert" className="border-line border-t px-4 py-2 text-warn text-xs">
          There may be more: {error.message}
        </p>
      )}
    </>
  );
};

export const ActiveIncidents = () => {
  const active = useActiveIncidents();
  const more = active.incidents.length > SHOWN;
  return (
    <Card>
      <Panel
        title="Active incidents"
        aside={
          <>
            <SeveritySummary incidents={active.incidents} />
            {more && (
              <Link
                to="/incidents"
                search={{ status: incidentStatuses.filter(isActive).join(',') }}
                className="whitespace-nowrap text-accent no-underline hover:underline"
              >
                All {formatNumber(active.incidents.length)}
              </Link>
            )}
          </>
        }
        bodyClassName=""
      >
        <Body {...active} />
      </Panel>
    </Card>
  );
};
