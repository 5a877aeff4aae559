import { createContext } from 'react';
import { type Closing, closedWith } from '../../incident/closed.ts';
import type { Feed } from './feed.ts';

/** That the incident below is over, by its status; null while it is not, and for whoever knows no status. */
export const ClosingContext = createContext<Closing | null>(null);

const known = new WeakMap<Feed, { closing: Closing; closed: Feed }>();

/** The feed of an incident that is over; the same for the same feed. */
export const closedFeed = (feed: Feed, closing: Closing | null): Feed => {
  if (closing === null) return feed;
  const before = known.get(feed);
  if (before !== undefined && before.closing.status === closing.status && before.closing.at === closing.at)
    return before.closed;
  const { chronicle } = feed;
  const investigation = closedWith(chronicle.investigation, closing);
  const closed =
    investigation === chronicle.investigation
      ? feed
      : { ...feed, chronicle: { ...chronicle, investigation }, closedAt: investigation.endedAt };
  known.set(feed, { closing, closed });
  return closed;
};
