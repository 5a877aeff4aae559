import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { catchUpAfterBreak } from '../api/apply-tenant-event.ts';
import { setConnected } from '../lib/key-moment.ts';
import { useConnection } from '../relay/relay-provider.tsx';

/** Once for each connection: what was said before it began may have gone by unheard. */
export const useCatchUp = (): void => {
  const connection = useConnection();
  const queryClient = useQueryClient();
  const { state } = connection;
  const since = state === 'live' ? connection.since : null;
  useEffect(() => setConnected(state === 'live' || state === 'catching-up'), [state]);
  useEffect(() => {
    if (since !== null) catchUpAfterBreak(queryClient);
  }, [since, queryClient]);
};
