import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useIncidentTable, useIncidentTableActions } from '../api/use-incident-table.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { severityLook } from '../lib/severity.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { rowLink } from '../ui/row-link.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { Time } from '../ui/time.tsx';

const SHOWN = 5;

const Body = () => {
  const list = useIncidentTable((table) => table.list);
  const known = useIncidentTable((table) => table.activeKnown);
  const error = useIncidentTable((table) => table.error);
  const { retry } = useIncidentTableActions();
  const rows = useMemo(
    () =>
      list
        .map(({ incident }) => incident)
        .filter(({ status }) => status === 'resolved')
        .slice(0, SHOWN),
    [list],
  );
  if (rows.length === 0 && error !== null)
    return (
      <ErrorState title="The incidents could not be loaded" onRetry={retry}>
        {error.message}
      </ErrorState>
    );
  if (rows.length === 0 && !known) return <SkeletonRows label="Loading resolved incidents" className="px-4 pb-4" />;
  if (rows.length === 0)
    return (
      <p className="px-4 pb-4 text-muted text-sm">
        Nothing yet. A resolved incident keeps its timeline, evidence and decisions, to be read or replayed.
      </p>
    );
  return (
    <ul aria-label="Recently resolved">
      {rows.map(({ incidentId, severity, title, createdAt }) => (
        <li
          key={incidentId}
          className="relative flex min-h-row items-center gap-2.5 border-line border-t px-4 py-(--row-pad) hover:bg-hover"
        >
          <SeverityIcon severity={severity} className="size-3.5" />
          <span className="sr-only">{severityLook[severity].label}</span>
          <Link
            to="/incidents/$incidentId"
            params={{ incidentId }}
            dir="auto"
            className={`min-w-0 flex-1 truncate text-ink text-sm ${rowLink}`}
          >
            {toOneLine(title)}
          </Link>
          <span className="whitespace-nowrap text-faint text-xs">
            <span className="max-sm:sr-only">opened </span>
            <Time at={createdAt} format="relative" />
          </span>
        </li>
      ))}
    </ul>
  );
};

export const RecentlyResolved = () => (
  <Card>
    <Panel
      title="Recently resolved"
      aside={
        <Link to="/incidents" search={{ status: 'resolved' }} className="text-accent no-underline hover:underline">
          All resolved
        </Link>
      }
      bodyClassName=""
    >
      <Body />
    </Panel>
  </Card>
);
