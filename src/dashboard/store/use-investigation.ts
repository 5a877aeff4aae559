import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Investigation } from '../../incident/state.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import { emptyFeed, type Feed } from './feed.ts';
import type { Viewer } from './live-store.ts';

/** The incident's feed; an empty one before anything is known. */
export const useFeed = (incidentId: string): Feed => {
  const empty = useMemo(() => emptyFeed(incidentId), [incidentId]);
  return useStore(useLiveStore(), (state) => state.feeds.get(incidentId) ?? empty);
};

const NOBODY: readonly Viewer[] = [];

export const useViewers = (incidentId: string): readonly Viewer[] =>
  useStore(useLiveStore(), (state) => state.viewers.get(incidentId) ?? NOBODY);

/** A part of the investigation; `select` returns a primitive or a reference that the fold keeps stable. */
export const useInvestigationPart = <T>(incidentId: string, select: (investigation: Investigation) => T): T => {
  const empty = useMemo(() => emptyFeed(incidentId), [incidentId]);
  return useStore(useLiveStore(), (state) => select((state.feeds.get(incidentId) ?? empty).ledger.investigation));
};

export const useInvestigation = (incidentId: string): Investigation =>
  useInvestigationPart(incidentId, (investigation) => investigation);
