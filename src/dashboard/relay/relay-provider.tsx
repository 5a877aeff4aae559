import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import * as reactUseWebSocket from 'react-use-websocket';
import { useStore } from 'zustand';
import { applyTenantEvent } from '../api/apply-tenant-event.ts';
import { readAllBefore } from '../api/history.ts';
import { withPatience } from '../api/patience.ts';
import { rehydrateIncident } from '../api/rehydrate.ts';
import { renewToken, requestRelayAddress, sessionKey } from '../api/session.ts';
import { readSnapshot } from '../api/snapshot.ts';
import { createLiveStore, type LiveStore } from '../store/live-store.ts';
import { clockNow, setClock } from '../ui/clock.ts';
import type { Connection } from './connection.ts';
import { browserScheduler } from './frame-batcher.ts';
import { createRelayClient } from './relay-client.ts';

/** The package is CommonJS behind an ES wrapper: depending on the bundler the hook is at `.default.default`. */
const wrapped: unknown = reactUseWebSocket.default;
const useWebSocket =
  typeof wrapped === 'object' && wrapped !== null && 'default' in wrapped
    ? (wrapped.default as typeof reactUseWebSocket.default)
    : reactUseWebSocket.default;

export type Relay = {
  store: LiveStore;
  watch: (incidentId: string) => () => void;
  reconnect: () => void;
  refresh: (incidentId: string) => void;
  focus: (incidentId: string, remediationId: string | null) => void;
};

export const RelayContext = createContext<Relay | null>(null);

/** Messages never become React state: they are taken from the socket and committed to the store once a frame. */
const neverAsState = (): boolean => false;

/** Owns the one socket of this tab and feeds the live store from it. */
export const RelayProvider = ({ children }: { children: ReactNode }) => {
  const queryClient = useQueryClient();
  const [address, setAddress] = useState<string | null>(null);

  const { client, relay } = useMemo(() => {
    const store = createLiveStore();
    const client = createRelayClient({
      store,
      scheduler: browserScheduler,
      now: clockNow,
      onServerTime: setClock,
      isOnline: () => navigator.onLine,
      requestAddress: requestRelayAddress,
      // At once, and not behind what else is to be drawn: the connection is made meanwhile.
      openSocket: (next) => (next === null ? setAddress(null) : flushSync(() => setAddress(next))),
      onTenantEvent: (method, params) => applyTenantEvent(queryClient, method, params),
      rehydrate: (incidentId, part) => rehydrateIncident(incidentId, part, clockNow()),
      readBefore: (incidentId, atSeq) => withPatience(() => readSnapshot(incidentId, { atSeq })),
      readAllBefore,
      renewToken,
      onSignedOut: () => void queryClient.invalidateQueries({ queryKey: sessionKey }),
    });
    const { watch, reconnect, refresh, focus } = client;
    const relay: Relay = { store, watch, reconnect, refresh, focus };
    return { client, relay };
  }, [queryClient]);

  const { getWebSocket } = useWebSocket(address, {
    onOpen: (event) => {
      if (isCurrent(event)) client.opened((text) => send(text));
    },
    onMessage: (message) => {
      if (isCurrent(message) && typeof message.data === 'string') client.message(message.data);
    },
    onClose: (event) => {
      if (isCurrent(event)) client.closed(event.code, event.reason);
    },
    filter: neverAsState,
    shouldReconnect: () => false,
  });
  /** The package goes on reporting what sockets say that it has closed. */
  const isCurrent = (event: Event): boolean => event.target === getWebSocket();
  const send = useCallback(
    (text: string) => {
      const socket = getWebSocket();
      if (socket instanceof WebSocket && socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    [getWebSocket],
  );

  useEffect(() => {
    client.start();
    const nudge = (): void => {
      if (document.visibilityState === 'visible') client.nudge();
    };
    window.addEventListener('online', nudge);
    window.addEventListener('focus', nudge);
    document.addEventListener('visibilitychange', nudge);
    return () => {
      window.removeEventListener('online', nudge);
      window.removeEventListener('focus', nudge);
      document.removeEventListener('visibilitychange', nudge);
      client.stop();
    };
  }, [client]);

  return <RelayContext value={relay}>{children}</RelayContext>;
};

/** What can be asked of the relay; the same for as long as the page lives. */
export const useRelay = (): Relay => {
  const relay = useContext(RelayContext);
  if (relay === null) throw new Error('useRelay is used outside RelayProvider');
  return relay;
};

export const useLiveStore = (): LiveStore => useRelay().store;

export const useConnection = (): Connection => useStore(useLiveStore(), (state) => state.connection);
