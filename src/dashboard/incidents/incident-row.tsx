import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { IncidentSummary } from '../../protocol/api.ts';
import { IncidentStatusText } from '../lib/incident-status-badge.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { SeverityBadge } from '../lib/severity-badge.tsx';
import { rowLink } from '../ui/row-link.ts';
import { Time } from '../ui/time.tsx';

const sources = { automated: 'Automated', manual: 'Manual' };

type IncidentListRowProps = {
  incident: IncidentSummary;
  /** The one row that Tab stops at. */
  isStop: boolean;
  onFocus: (incidentId: string) => void;
  onOpen: (incidentId: string) => void;
};

/** One line; two on a phone. The whole row opens the incident. */
export const IncidentListRow = memo(({ incident, isStop, onFocus, onOpen }: IncidentListRowProps) => {
  const { incidentId, severity, status, source, createdAt } = incident;
  const title = toOneLine(incident.title);
  return (
    <div className="relative grid min-h-row grid-cols-[5.5rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-line border-b px-4 py-(--row-pad) hover:bg-hover has-[a:focus-visible]:bg-selected sm:grid-cols-[5.5rem_minmax(0,1fr)_9.5rem_4.5rem] sm:py-0 lg:grid-cols-[5.5rem_minmax(0,1fr)_10rem_5.5rem_4.5rem]">
      <SeverityBadge severity={severity} quiet />
      <Link
        to="/incidents/$incidentId"
        params={{ incidentId }}
        data-incident={incidentId}
        tabIndex={isStop ? 0 : -1}
        dir="auto"
        title={title}
        onFocus={() => onFocus(incidentId)}
        onClick={() => onOpen(incidentId)}
        className={`wrap-anywhere order-first col-span-3 line-clamp-2 min-w-0 font-medium text-ink text-sm sm:order-none sm:col-span-1 sm:line-clamp-1 ${rowLink}`}
      >
        {title}
      </Link>
      <IncidentStatusText status={status} className="text-muted max-sm:text-xs" />
      <span className="hidden text-faint text-xs lg:block">{sources[source]}</span>
      <Time at={createdAt} format="relative" className="text-right text-faint text-xs" />
    </div>
  );
});
