import { useEffect } from 'react';
import { useConnection, useRelay } from './relay-provider.tsx';

/** Tells who else watches the incident that the plan is open here, while the component is mounted. */
export const useFocus = (incidentId: string, remediationId: string): void => {
  const { focus } = useRelay();
  const isLive = useConnection().state === 'live';
  useEffect(() => {
    if (!isLive) return;
    focus(incidentId, remediationId);
    return () => focus(incidentId, null);
  }, [focus, isLive, incidentId, remediationId]);
};
