import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useLiveStore, useRelay } from './relay-provider.tsx';

/** A relay without a log doesn't tell what happens to a plan after its proposal, so the API is asked meanwhile. */
const ASK_EVERY_MS = 2_000;

/** Subscribes to an incident while the component is mounted. */
export const useWatch = (incidentId: string): void => {
  const { watch, refresh } = useRelay();
  useEffect(() => watch(incidentId), [watch, incidentId]);

  const isUntold = useStore(useLiveStore(), ({ feeds }) => {
    const feed = feeds.get(incidentId);
    if (feed === undefined || feed.extended) return false;
    const { phase } = feed.chronicle.investigation;
    return phase === 'approval' || phase === 'approved' || phase === 'executing';
  });
  useEffect(() => {
    if (!isUntold) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh(incidentId);
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isUntold, refresh, incidentId]);
};
