import { getRouteApi } from '@tanstack/react-router';
import { useIncident } from '../../api/incidents.ts';
import { useTitle } from '../../lib/use-title.ts';
import { useWatch } from '../../relay/use-watch.ts';
import { ClosingProvider } from '../../store/closing-provider.tsx';
import { Wall } from '../wall/wall.tsx';

const route = getRouteApi('/incidents/$incidentId/wall');

/** One incident for a room: big, and without anything to press. */
export const WallPage = () => {
  const { incidentId } = route.useParams();
  const incident = useIncident(incidentId);
  useWatch(incidentId);
  useTitle(incident.data?.title ?? 'Incident');
  return (
    <ClosingProvider incident={incident.data}>
      <Wall incidentId={incidentId} incident={incident.data} problem={incident.error?.message ?? null} />
    </ClosingProvider>
  );
};
