import { Link } from '@tanstack/react-router';
import { useIncidents } from '../api/incidents.ts';
import { severityLook } from '../lib/severity.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';

const SHOWN = 5;

export const RecentlyResolved = () => {
  const recent = useIncidents();
  const resolved = useIncidents({ status: 'resolved' });
  const each = new Map([...resolved.incidents, ...recent.incidents].map((incident) => [incident.incidentId, incident]));
  const rows = [...each.values()]
    .filter((incident) => incident.status === 'resolved')
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .slice(0, SHOWN);
  return (
    <Card>
      <Panel title="Recently resolved" bodyClassName="">
        {rows.length === 0 ? (
          <p className="px-4 pb-4 text-muted text-sm">
            Nothing yet. A resolved incident keeps its timeline, evidence and decisions, to be read or replayed.
          </p>
        ) : (
          <ul aria-label="Recently resolved">
            {rows.map((incident) => (
              <li
                key={incident.incidentId}
                className="relative flex items-center gap-2.5 border-line border-t px-4 py-2 hover:bg-hover"
              >
                <SeverityIcon severity={incident.severity} className="size-3.5" />
                <span className="sr-only">{severityLook[incident.severity].label}</span>
                <Link
                  to="/incidents/$incidentId"
                  params={{ incidentId: incident.incidentId }}
                  className="min-w-0 flex-1 truncate text-ink text-sm no-underline after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
                >
                  {incident.title}
                </Link>
                <span className="whitespace-nowrap text-faint text-xs">
                  <span className="max-sm:sr-only">opened </span>
                  <Time at={incident.createdAt} format="relative" />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Card>
  );
};
