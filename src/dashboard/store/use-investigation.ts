import { useContext, useMemo } from 'react';
import { useStore } from 'zustand';
import type { EvidenceItem, Investigation } from '../../incident/state.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import { ClosingContext, closedFeed } from './closing.ts';
import { emptyFeed, type Feed } from './feed.ts';
import type { Viewer } from './live-store.ts';
import { MomentContext } from './moment.ts';

/** The incident's feed as it is now, whatever moment is looked at; an empty one before anything is known. */
export const useLiveFeed = (incidentId: string): Feed => {
  const closing = useContext(ClosingContext);
  const empty = useMemo(() => emptyFeed(incidentId), [incidentId]);
  return useStore(useLiveStore(), (state) => closedFeed(state.feeds.get(incidentId) ?? empty, closing));
};

/** A part of the feed at the moment that is looked at; `select` returns a primitive or a stable reference. */
const useFeedPart = <T>(incidentId: string, select: (feed: Feed) => T): T => {
  const moment = useContext(MomentContext);
  const closing = useContext(ClosingContext);
  const empty = useMemo(() => emptyFeed(incidentId), [incidentId]);
  return useStore(useLiveStore(), (state) =>
    select(moment ?? closedFeed(state.feeds.get(incidentId) ?? empty, closing)),
  );
};

/** The incident's feed at the moment that is looked at. */
export const useFeed = (incidentId: string): Feed => useFeedPart(incidentId, (feed) => feed);

const NOBODY: readonly Viewer[] = [];

export const useViewers = (incidentId: string): readonly Viewer[] =>
  useStore(useLiveStore(), (state) => state.viewers.get(incidentId) ?? NOBODY);

/** A part of the investigation; `select` returns a primitive or a reference that the fold keeps stable. */
export const useInvestigationPart = <T>(incidentId: string, select: (investigation: Investigation) => T): T =>
  useFeedPart(incidentId, (feed) => select(feed.chronicle.investigation));

/** The pieces of evidence by their ids; the same map while they are the same. */
export const useEvidenceById = (incidentId: string): ReadonlyMap<string, EvidenceItem> => {
  const evidence = useInvestigationPart(incidentId, (investigation) => investigation.evidence);
  return useMemo(() => new Map(evidence.map((item) => [item.evidenceId, item])), [evidence]);
};
