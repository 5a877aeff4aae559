import {
  type Checkpoint,
  type Chronicle,
  emptyChronicle,
  eventAt,
  extend,
  prepend,
  resumeFrom,
  trim,
} from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';

/** How many events a tab keeps of an incident, at about 1 KB each; older ones come from the server when looked at. */
const KEPT_EVENTS = 20_000;
/** While somebody reads further up, what they read is not let go before there are so many. */
const KEPT_WHILE_READ = 50_000;
/** Letting go of many at a time makes it seldom. */
const SLACK_EVENTS = 5_000;

/** The same break though the connection came back within it, where no event did. */
const SAME_BREAK_MS = 60_000;

/** A break at a relay that keeps no past: before the event with this number, and heard again `at`. */
type Unheard = { ordinal: number; from: number; at: number };

/** One incident as this tab has it: its chronicle, and how complete that is. */
export type Feed = {
  chronicle: Chronicle;
  /** Somebody reads what is not the newest, since there were so many events; null while the newest is followed. */
  readFrom: number | null;
  /** 'loading' until the server has said where the log's end is. */
  status: 'loading' | 'ready' | 'catching-up';
  /** What lies before the events that it was opened with is on its way: nothing of it stays on the server. */
  filling: boolean;
  /** The log's life that the chronicle belongs to; null from a relay without one. */
  epoch: string | null;
  /** The seq up to which the past is being fetched. */
  target: number;
  behind: number;
  /** Where a resume continued after a break: before the event with this number. */
  healed: readonly { ordinal: number; at: number }[];
  /** Until when it was surely heard of, while no subscription to it is on; null while one is. */
  heardUntil: number | null;
  /** What cannot be healed, for the relay has no positions to go on from. */
  unheard: readonly Unheard[];
  /** When the log was lost or replaced, and what is shown started anew; null while it is the same. */
  reset: number | null;
  /** The relay knows no such incident, or none any more: its log was lost or replaced. */
  missing: boolean;
  /** It comes from a file: all of it stays here, for there is no server to get it back from. */
  whole: boolean;
  /** The relay keeps positions, so that nothing is missed; false: it knows the documented contract only. */
  extended: boolean;
  /** When the incident was over by other ways than its plan, and nobody works on it any more; null otherwise. */
  closedAt: number | null;
  /** Whether the API has told the past that a relay without positions cannot. */
  past: 'asked' | 'missing' | 'told';
};

export const emptyFeed = (incidentId: string): Feed => ({
  chronicle: emptyChronicle(incidentId),
  readFrom: null,
  status: 'loading',
  filling: false,
  epoch: null,
  target: 0,
  behind: 0,
  healed: [],
  heardUntil: null,
  unheard: [],
  reset: null,
  missing: false,
  whole: false,
  extended: true,
  closedAt: null,
  past: 'asked',
});

const place = (feed: Feed): Feed => {
  const behind = Math.max(0, feed.target - feed.chronicle.investigation.lastSeq);
  return { ...feed, behind, status: behind === 0 ? 'ready' : 'catching-up' };
};

/** An incident of no more events than this is here as a whole. */
const SMALL_EVENTS = 5_000;

export type Subscribed = { epoch?: string | undefined; headSeq?: number | undefined; reset?: boolean | undefined };

/** By the number of its newest event, which is at least as great as how many there are. */
const isSmall = ({ headSeq = 0 }: Subscribed): boolean => headSeq <= SMALL_EVENTS;

/** A subscription ended, or the connection that it was on. What has no event yet has none to miss. */
export const silenced = (feed: Feed, heardUntil: number): Feed =>
  feed.heardUntil === null && feed.chronicle.end > 0 ? { ...feed, heardUntil } : feed;

/** A relay without positions is subscribed to in two steps; the first of them ends the silence. */
const unheardBy = ({ chronicle, heardUntil, unheard }: Feed, now: number): readonly Unheard[] => {
  if (heardUntil === null) return unheard;
  const ordinal = chronicle.end;
  const last = unheard.at(-1);
  const isSame = last?.ordinal === ordinal && heardUntil - last.at < SAME_BREAK_MS;
  return isSame
    ? [...unheard.slice(0, -1), { ...last, at: now }]
    : [...unheard, { ordinal, from: heardUntil, at: now }];
};

/** The server answered a subscription: with its position, or without one where it keeps none. */
export const subscribed = (feed: Feed, answer: Subscribed, now: number): Feed => {
  const { chronicle } = feed;
  const extended = answer.headSeq !== undefined;
  const last = eventAt(chronicle, chronicle.end - 1);
  const reset = answer.reset === true && last !== undefined;
  const resumed = extended && !reset && feed.epoch !== null && last !== undefined;
  const missed = resumed && (answer.headSeq ?? 0) > chronicle.investigation.lastSeq;
  return place({
    ...feed,
    chronicle: reset ? emptyChronicle(chronicle.investigation.incidentId) : chronicle,
    epoch: answer.epoch ?? null,
    target: answer.headSeq ?? 0,
    healed: reset ? [] : missed ? [...feed.healed, { ordinal: chronicle.end, at: now }] : feed.healed,
    heardUntil: null,
    unheard: reset ? [] : extended ? feed.unheard : unheardBy(feed, now),
    reset: reset ? now : feed.reset,
    filling: reset ? false : feed.filling,
    readFrom: reset && feed.readFrom !== null ? 0 : feed.readFrom,
    missing: false,
    extended,
    past: 'asked',
  });
};

/**
 * The subscription goes on from what the server says all events up to there amount to. They stay on the server, unless
 * there are so few that they are fetched next.
 */
export const opened = (feed: Feed, checkpoint: Checkpoint, answer: Subscribed, now: number): Feed => {
  const { chronicle } = feed;
  const isResumed = feed.epoch !== null && feed.epoch === answer.epoch && chronicle.end > 0;
  const before: Feed = isResumed ? { ...feed, healed: [...feed.healed, { ordinal: chronicle.end, at: now }] } : feed;
  return place({
    ...before,
    chronicle: resumeFrom(checkpoint, [], chronicle.generation + 1),
    epoch: answer.epoch ?? null,
    target: answer.headSeq ?? 0,
    filling: isSmall(answer),
    heardUntil: null,
    missing: false,
    extended: true,
  });
};

/** What was missing of a small incident, from directly before this seq; nothing where it could not be fetched. */
export const filled = (feed: Feed, beforeSeq: number, events: readonly IncidentEvent[]): Feed => {
  if (!feed.filling) return feed;
  return { ...recalled(feed, beforeSeq, events), filling: false };
};

/** A relay without positions has no history to fetch from: there everything is kept. */
const bounded = (feed: Feed): Feed => {
  const { chronicle, readFrom, extended, whole } = feed;
  const keep = readFrom === null ? KEPT_EVENTS : KEPT_WHILE_READ;
  if (!extended || whole || chronicle.end - chronicle.first <= keep + SLACK_EVENTS) return feed;
  return { ...feed, chronicle: trim(chronicle, keep) };
};

/** The server answered that it has no such incident. What was shown of it stays. */
export const refused = (feed: Feed): Feed => (feed.missing ? feed : { ...feed, missing: true });

export const received = (feed: Feed, events: readonly IncidentEvent[]): Feed => {
  const chronicle = extend(feed.chronicle, events);
  if (chronicle === feed.chronicle) return feed;
  const next = bounded({ ...feed, chronicle });
  return feed.status === 'catching-up' ? place(next) : next;
};

/** Older events that the server gave back, from directly before this seq; nothing where another one is the oldest by now. */
export const recalled = (feed: Feed, beforeSeq: number, events: readonly IncidentEvent[]): Feed => {
  const { chronicle } = feed;
  const isBefore = eventAt(chronicle, chronicle.first)?.seq === beforeSeq;
  return isBefore ? { ...feed, chronicle: prepend(chronicle, events) } : feed;
};

/** Whether somebody reads further up; who comes back to the newest needs no more than is kept for it. */
export const reading = (feed: Feed, isReading: boolean): Feed =>
  (feed.readFrom !== null) === isReading ? feed : bounded({ ...feed, readFrom: isReading ? feed.chronicle.end : null });
