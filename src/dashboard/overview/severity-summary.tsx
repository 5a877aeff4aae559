import type { IncidentSummary } from '../../protocol/api.ts';
import { severities, severityLook } from '../lib/severity.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';

/** How many of each, the gravest first; only those there are. */
export const SeveritySummary = ({ incidents }: { incidents: readonly IncidentSummary[] }) => (
  <span className="tabular flex items-center gap-3">
    {severities.map((severity) => {
      const count = incidents.filter((incident) => incident.severity === severity).length;
      return (
        count > 0 && (
          <span key={severity} className="inline-flex items-center gap-1">
            <SeverityIcon severity={severity} className="size-3.5" />
            {count}
            <span className="max-sm:sr-only">{severityLook[severity].label.toLowerCase()}</span>
          </span>
        )
      );
    })}
  </span>
);
