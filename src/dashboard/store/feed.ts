import { emptyLedger } from '../../incident/empty.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import { ingest } from '../../incident/ledger.ts';
import type { Ledger } from '../../incident/state.ts';

/** One incident as this tab has it: its ledger, and how complete that is. */
export type Feed = {
  ledger: Ledger;
  /** 'loading' until the server has said where the log's end is. */
  status: 'loading' | 'ready' | 'catching-up';
  /** The log's life that the ledger belongs to; null from a relay without one. */
  epoch: string | null;
  /** The seq up to which the past is being fetched. */
  target: number;
  behind: number;
  /** Where a resume continued after a break: a marker row belongs behind each of these events. */
  healed: readonly { afterEventId: string; at: number }[];
  /** The log was lost or replaced, and what is shown starts anew. */
  reset: boolean;
  /** The relay keeps positions, so that nothing is missed; false: it knows the documented contract only. */
  extended: boolean;
};

export const emptyFeed = (incidentId: string): Feed => ({
  ledger: emptyLedger(incidentId),
  status: 'loading',
  epoch: null,
  target: 0,
  behind: 0,
  healed: [],
  reset: false,
  extended: true,
});

const place = (feed: Feed): Feed => {
  const behind = Math.max(0, feed.target - feed.ledger.investigation.lastSeq);
  return { ...feed, behind, status: behind === 0 ? 'ready' : 'catching-up' };
};

/** The server answered a subscription: with its position, or without one where it keeps none. */
export const subscribed = (
  feed: Feed,
  answer: { epoch?: string | undefined; headSeq?: number | undefined; reset?: boolean | undefined },
  now: number,
): Feed => {
  const extended = answer.headSeq !== undefined;
  const reset = answer.reset === true && feed.ledger.events.length > 0;
  const last = feed.ledger.events.at(-1);
  const resumed = extended && !reset && feed.epoch !== null && last !== undefined;
  const missed = resumed && (answer.headSeq ?? 0) > feed.ledger.investigation.lastSeq;
  return place({
    ...feed,
    ledger: reset ? emptyLedger(feed.ledger.investigation.incidentId) : feed.ledger,
    epoch: answer.epoch ?? null,
    target: answer.headSeq ?? 0,
    healed: reset ? [] : missed ? [...feed.healed, { afterEventId: last.id, at: now }] : feed.healed,
    reset: feed.reset || reset,
    extended,
  });
};

export const received = (feed: Feed, events: readonly IncidentEvent[]): Feed => {
  const ledger = ingest(feed.ledger, events);
  if (ledger === feed.ledger) return feed;
  const next = { ...feed, ledger };
  return feed.status === 'catching-up' ? place(next) : next;
};
