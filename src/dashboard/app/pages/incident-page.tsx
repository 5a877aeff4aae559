import { getRouteApi, Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useIncident } from '../../api/incidents.ts';
import { ApiFailure } from '../../api/request.ts';
import { useTitle } from '../../lib/use-title.ts';
import { buttonClass } from '../../ui/button-class.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LiveView } from '../live-view.tsx';

const route = getRouteApi('/incidents/$incidentId');

export const IncidentPage = () => {
  const { incidentId } = route.useParams();
  const { data, error } = useIncident(incidentId);
  useTitle(data?.title ?? 'Incident');
  // What this page has of one that is gone stays to be read; the timeline says so.
  if (data === undefined && error instanceof ApiFailure && error.status === 404)
    return (
      <>
        <h1 className="sr-only">Incident not found</h1>
        <EmptyState
          className="flex-1"
          icon={<SearchX />}
          title="There is no incident with this id"
          action={
            <Link to="/incidents" className={buttonClass()}>
              All incidents
            </Link>
          }
        >
          <span className="wrap-anywhere font-mono text-xs">{incidentId}</span> is not one of your organisation’s
          incidents.
        </EmptyState>
      </>
    );
  return <LiveView key={incidentId} incidentId={incidentId} />;
};
