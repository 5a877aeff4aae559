import { createStore } from 'zustand/vanilla';
import { shallow } from 'zustand/vanilla/shallow';
import type { Checkpoint } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import type { Connection } from '../relay/connection.ts';
import {
  emptyFeed,
  type Feed,
  filled,
  opened,
  reading,
  recalled,
  received,
  refused,
  type Subscribed,
  silenced,
  subscribed,
} from './feed.ts';

/** The incidents that stay in memory after nobody watches them any more. */
const KEPT_FEEDS = 6;

export type Viewer = { userId: string; name: string; reading?: string | undefined };

export type LiveState = {
  connection: Connection;
  /** When the relay last sent one, in epoch milliseconds; null before the first. */
  lastEventAt: number | null;
  /** What the relay offers beyond the documented contract; nothing before it has said so. */
  capabilities: ReadonlySet<string>;
  feeds: ReadonlyMap<string, Feed>;
  /** Who is watching an incident now, each person once. */
  viewers: ReadonlyMap<string, readonly Viewer[]>;
};

/** These incidents are not subscribed to any more. The relay was last heard when it told or answered something. */
const silence = (state: LiveState, isOver: (incidentId: string) => boolean): ReadonlyMap<string, Feed> => {
  const { connection, lastEventAt, feeds } = state;
  if (connection.state !== 'live') return feeds;
  const heardUntil = Math.max(connection.since, connection.heardAt ?? 0, lastEventAt ?? 0);
  return new Map([...feeds].map(([id, feed]) => [id, isOver(id) ? silenced(feed, heardUntil) : feed]));
};

/** What is live, keyed by incident. It knows neither React nor the socket. */
export const createLiveStore = () => {
  const store = createStore<LiveState>(() => ({
    connection: { state: 'connecting' },
    lastEventAt: null,
    capabilities: new Set(),
    feeds: new Map(),
    viewers: new Map(),
  }));

  const update = (incidentId: string, change: (feed: Feed) => Feed): void => {
    store.setState((state) => {
      const before = state.feeds.get(incidentId) ?? emptyFeed(incidentId);
      const after = change(before);
      return after === before && state.feeds.has(incidentId)
        ? state
        : { feeds: new Map(state.feeds).set(incidentId, after) };
    });
  };

  return {
    ...store,
    /** The same again is no change: it is told with every burst, and the whole page looks at it. */
    setConnection: (connection: Connection) =>
      store.setState((state) => {
        if (shallow(state.connection, connection)) return state;
        const isUp = connection.state === 'live' || connection.state === 'catching-up';
        return isUp ? { connection } : { connection, feeds: silence(state, () => true) };
      }),
    setCapabilities: (capabilities: ReadonlySet<string>) => store.setState({ capabilities }),
    setViewers: (incidentId: string, viewers: readonly Viewer[]) =>
      store.setState((state) => ({ viewers: new Map(state.viewers).set(incidentId, viewers) })),
    feed: (incidentId: string): Feed | undefined => store.getState().feeds.get(incidentId),
    open: (incidentId: string) => update(incidentId, (feed) => feed),
    subscribed: (incidentId: string, answer: Subscribed, now: number) =>
      update(incidentId, (feed) => subscribed(feed, answer, now)),
    openAt: (incidentId: string, checkpoint: Checkpoint, answer: Subscribed, now: number) =>
      update(incidentId, (feed) => opened(feed, checkpoint, answer, now)),
    /** The events that a small incident was opened without, from directly before a seq. */
    fill: (incidentId: string, beforeSeq: number, events: readonly IncidentEvent[]) =>
      update(incidentId, (feed) => filled(feed, beforeSeq, events)),
    recall: (incidentId: string, beforeSeq: number, events: readonly IncidentEvent[]) =>
      update(incidentId, (feed) => recalled(feed, beforeSeq, events)),
    /** For an incident from a file. */
    keepWhole: (incidentId: string) => update(incidentId, (feed) => ({ ...feed, whole: true })),
    setReading: (incidentId: string, read: boolean) => update(incidentId, (feed) => reading(feed, read)),
    /** The API was asked for the past, and told all of it or not. */
    filledIn: (incidentId: string, isWhole: boolean) =>
      update(incidentId, (feed) => {
        const past = isWhole ? 'told' : 'missing';
        return feed.past === past ? feed : { ...feed, past };
      }),
    refused: (incidentId: string) => update(incidentId, refused),
    /**
     * One notification to React for a whole burst, however many incidents it touches. `at` is when the relay sent it;
     * null where it comes from elsewhere.
     */
    receive: (events: ReadonlyMap<string, IncidentEvent[]>, at: number | null) => {
      store.setState((state) => {
        const feeds = new Map(state.feeds);
        let changed = false;
        for (const [incidentId, list] of events) {
          const before = feeds.get(incidentId);
          const after = before === undefined ? undefined : received(before, list);
          if (after === undefined || after === before) continue;
          feeds.set(incidentId, after);
          changed = true;
        }
        return changed ? { feeds, lastEventAt: at ?? state.lastEventAt } : state;
      });
    },
    /** Nobody watches some feeds any more: nothing is heard of them, and the oldest but a few are forgotten. */
    evict: (isWatched: (incidentId: string) => boolean) => {
      store.setState((state) => {
        const feeds = new Map(silence(state, (incidentId) => !isWatched(incidentId)));
        const idle = [...feeds.keys()].filter((incidentId) => !isWatched(incidentId));
        for (const incidentId of idle.slice(0, Math.max(0, idle.length - KEPT_FEEDS))) feeds.delete(incidentId);
        return { feeds };
      });
    },
  };
};

export type LiveStore = ReturnType<typeof createLiveStore>;
