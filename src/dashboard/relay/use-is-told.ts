import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { LiveState } from '../store/live-store.ts';
import { useLiveStore } from './relay-provider.tsx';

/** Whatever happens, nobody looks at an empty page for longer. */
const PATIENCE_MS = 1_000;

const isTold = ({ connection, feeds }: LiveState, incidentId: string): boolean => {
  const feed = feeds.get(incidentId);
  if (feed?.status === 'ready' || feed?.missing === true) return true;
  return !['connecting', 'live', 'catching-up'].includes(connection.state);
};

/**
 * The relay has told what there is of an incident, or cannot for now. Drawing it costs more than hearing of it: a tab
 * that has just been opened draws it once, as it is, and not an empty one first. Later ones are never waited for.
 */
export const useIsTold = (incidentId: string): boolean => {
  const store = useLiveStore();
  const [isLate, setIsLate] = useState(() => store.getState().connection.state !== 'connecting');
  const told = useStore(store, (state) => isTold(state, incidentId));
  useEffect(() => {
    const timer = setTimeout(setIsLate, PATIENCE_MS, true);
    return () => clearTimeout(timer);
  }, []);
  return told || isLate;
};
