import { useEffect } from 'react';
import { useRelay } from './relay-provider.tsx';

/** Tells who else watches the incident that the plan is open here, while the component is mounted. */
export const useFocus = (incidentId: string, remediationId: string): void => {
  const { focus, connection } = useRelay();
  const isLive = connection.state === 'live';
  useEffect(() => {
    if (!isLive) return;
    focus(incidentId, remediationId);
    return () => focus(incidentId, null);
  }, [focus, isLive, incidentId, remediationId]);
};
