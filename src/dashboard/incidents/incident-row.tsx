import { Link } from '@tanstack/react-router';
import type { IncidentSummary } from '../../protocol/api.ts';
import { IncidentStatusText } from '../lib/incident-status-badge.tsx';
import { SeverityBadge } from '../lib/severity-badge.tsx';
import { Time } from '../ui/time.tsx';

const sources = { automated: 'Automated', manual: 'Manual' };

/** One line; two on a phone. The whole row opens the incident. */
export const IncidentRow = ({ incident }: { incident: IncidentSummary }) => (
  <div className="relative grid min-h-row grid-cols-[5.5rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-line border-b px-4 py-2 hover:bg-hover has-[a:focus-visible]:bg-selected sm:grid-cols-[5.5rem_minmax(0,1fr)_9.5rem_4.5rem] lg:grid-cols-[5.5rem_minmax(0,1fr)_10rem_5.5rem_4.5rem] sm:py-0">
    <SeverityBadge severity={incident.severity} quiet />
    <Link
      to="/incidents/$incidentId"
      params={{ incidentId: incident.incidentId }}
      data-incident={incident.incidentId}
      className="wrap-anywhere order-first col-span-3 min-w-0 font-medium text-ink text-sm no-underline after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2 sm:order-none sm:col-span-1 sm:truncate"
    >
      {incident.title}
    </Link>
    <IncidentStatusText status={incident.status} className="text-muted max-sm:text-xs" />
    <span className="hidden text-faint text-xs lg:block">{sources[incident.source]}</span>
    <Time at={incident.createdAt} format="relative" className="text-right text-faint text-xs" />
  </div>
);
