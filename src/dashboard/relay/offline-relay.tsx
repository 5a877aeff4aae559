import { type ReactNode, useMemo } from 'react';
import type { LiveStore } from '../store/live-store.ts';
import { type Relay, RelayContext } from './relay-provider.tsx';

const nothing = (): void => undefined;

/** For a store that no relay feeds: what is watched is what it has. */
export const OfflineRelay = ({ store, children }: { store: LiveStore; children: ReactNode }) => {
  const relay = useMemo<Relay>(
    () => ({ store, watch: () => nothing, reconnect: nothing, refresh: nothing, focus: nothing }),
    [store],
  );
  return <RelayContext value={relay}>{children}</RelayContext>;
};
