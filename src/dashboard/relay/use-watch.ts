import { useEffect } from 'react';
import { useRelay } from './relay-provider.tsx';

/** Subscribes to an incident while the component is mounted. */
export const useWatch = (incidentId: string): void => {
  const { watch } = useRelay();
  useEffect(() => watch(incidentId), [watch, incidentId]);
};
