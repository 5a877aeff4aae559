import { emptyInvestigation } from './empty.ts';
import type { IncidentEvent } from './event.ts';
import { firstIndex } from './first-index.ts';
import { fold } from './fold.ts';
import type { Investigation } from './state.ts';

/** How many events lie between two checkpoints at the least: what a seek folds at the most. */
const CHECKPOINT_EVENTS = 500;
/** Checkpoints of what is no longer kept are thinned to this many. */
const PAST_CHECKPOINTS = 100;

/** What the events before `end` amount to. */
export type Checkpoint = { end: number; investigation: Investigation };

type Book = {
  /** Ordinal of `events[0]`. */
  base: number;
  events: IncidentEvent[];
  ids: Set<string>;
  /** Ascending by `end`; the first may lie before `base`. */
  checkpoints: Checkpoint[];
};

/**
 * The events of an incident as one tab keeps them: the newest ones, in order, each once, and what all of them amount
 * to. Events are numbered by ordinals that never change. What is behind a chronicle grows in place, so that an append
 * costs what was appended; what belongs to one moment is `first`, `end` and `investigation`.
 */
export type Chronicle = {
  /** Ordinal of the oldest event that is kept; 0 while all of them are. */
  readonly first: number;
  /** Ordinal behind the newest. */
  readonly end: number;
  /** Changes when anything else happened than that events were added at the end or let go at the beginning. */
  readonly generation: number;
  readonly investigation: Investigation;
  readonly book: Book;
};

export const emptyChronicle = (incidentId: string): Chronicle => {
  const investigation = emptyInvestigation(incidentId);
  const book: Book = { base: 0, events: [], ids: new Set(), checkpoints: [{ end: 0, investigation }] };
  return { first: 0, end: 0, generation: 0, investigation, book };
};

/** The event with this ordinal; undefined where it is not kept. */
export const eventAt = ({ book, end }: Chronicle, ordinal: number): IncidentEvent | undefined =>
  ordinal < end ? book.events[ordinal - book.base] : undefined;

/** All that are kept, oldest first. */
export const eventsOf = ({ book, end }: Chronicle): IncidentEvent[] => book.events.slice(0, end - book.base);

/** A book that may be written for this chronicle: its own, or a copy where another has grown from it already. */
const bookOf = ({ book, end }: Chronicle): Book => {
  if (book.base + book.events.length === end) return book;
  const events = book.events.slice(0, end - book.base);
  return {
    base: book.base,
    events,
    ids: new Set(events.map(({ id }) => id)),
    checkpoints: book.checkpoints.filter((checkpoint) => checkpoint.end <= end),
  };
};

/** Folds on from a state and leaves checkpoints on the way; `from` is the ordinal of the first of the events. */
const foldOn = (book: Book, state: Investigation, from: number, events: readonly IncidentEvent[]): Investigation => {
  let investigation = state;
  let done = 0;
  while (done < events.length) {
    const since = from + done - (book.checkpoints.at(-1)?.end ?? 0);
    const take = Math.max(1, CHECKPOINT_EVENTS - since);
    const part = events.slice(done, done + take);
    investigation = fold(investigation, part);
    done += part.length;
    if (since + part.length >= CHECKPOINT_EVENTS) book.checkpoints.push({ end: from + done, investigation });
  }
  return investigation;
};

const newestSeq = (events: readonly IncidentEvent[]): number => {
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const seq = events[index]?.seq;
    if (seq !== null && seq !== undefined) return seq;
  }
  return 0;
};

const isAhead = (events: readonly IncidentEvent[], after: number): boolean => {
  let last = after;
  for (const { seq } of events) {
    if (seq === null) continue;
    if (seq <= last) return false;
    last = seq;
  }
  return true;
};

/** Stable by seq; an event without a seq keeps its place behind the one it arrived after. */
const sorted = (events: readonly IncidentEvent[]): IncidentEvent[] => {
  let last = 0;
  const placed = events.map((event, index) => {
    last = event.seq ?? last;
    return { event, place: last, index };
  });
  return placed.sort((a, b) => a.place - b.place || a.index - b.index).map(({ event }) => event);
};

/** Up to this seq everything is folded in and not kept. */
const floorOf = ({ base, events, checkpoints }: Book): number => {
  if (base === 0) return 0;
  const start = checkpoints.findLast(({ end }) => end === base);
  return start === undefined ? (events[0]?.seq ?? 1) - 1 : start.investigation.lastSeq;
};

/** Those that are new. What is older than all that is kept was folded in before it was let go. */
const newsOf = (book: Book, incoming: readonly IncidentEvent[]): IncidentEvent[] => {
  const floor = floorOf(book);
  const news: IncidentEvent[] = [];
  for (const event of incoming) {
    if (book.ids.has(event.id) || (event.seq !== null && event.seq <= floor)) continue;
    book.ids.add(event.id);
    news.push(event);
  }
  return news;
};

/** Puts late events where they belong, and folds anew what comes after the first of them. */
const insert = (chronicle: Chronicle, book: Book, late: readonly IncidentEvent[]): Chronicle => {
  const events = sorted([...book.events, ...late]);
  const isLate = new Set(late);
  const place = book.base + events.findIndex((event) => isLate.has(event));
  const generation = chronicle.generation + 1;
  const end = book.base + events.length;
  const start = book.checkpoints.findLast((checkpoint) => checkpoint.end >= book.base && checkpoint.end <= place);
  if (start === undefined) return { ...chronicle, end, generation, book: { ...book, events } };
  const checkpoints = book.checkpoints.filter((checkpoint) => checkpoint.end <= start.end);
  const anew: Book = { ...book, events, checkpoints };
  const investigation = foldOn(anew, start.investigation, start.end, events.slice(start.end - book.base));
  return { first: book.base, end, generation, investigation, book: anew };
};

/** Takes events in: known ones are dropped, late ones are put where they belong and what follows is folded anew. */
export const extend = (chronicle: Chronicle, incoming: readonly IncidentEvent[]): Chronicle => {
  const book = bookOf(chronicle);
  const news = newsOf(book, incoming);
  if (news.length === 0) return chronicle;
  if (!isAhead(news, newestSeq(book.events))) return insert(chronicle, book, news);
  const investigation = foldOn(book, chronicle.investigation, chronicle.end, news);
  for (const event of news) book.events.push(event);
  return { ...chronicle, book, investigation, end: chronicle.end + news.length };
};

/** Lets go of the oldest events until about `keep` are left; what they amount to stays, and checkpoints of it. */
export const trim = (chronicle: Chronicle, keep: number): Chronicle => {
  const book = bookOf(chronicle);
  const { end: from } = book.checkpoints.findLast(({ end }) => end <= chronicle.end - keep) ?? { end: 0 };
  if (from <= book.base) return chronicle;
  for (const { id } of book.events.splice(0, from - book.base)) book.ids.delete(id);
  book.base = from;
  const past = book.checkpoints.filter(({ end }) => end < from);
  if (past.length > PAST_CHECKPOINTS) {
    const thinned = past.filter((_, index) => index % 2 === 0);
    book.checkpoints = [...thinned, ...book.checkpoints.slice(past.length)];
  }
  return { ...chronicle, book, first: from };
};

/** The checkpoints of a book whose first events were put back: it begins with the incident's first one now. */
const checkpointsFromStart = (book: Book, news: readonly IncidentEvent[], incidentId: string): Checkpoint[] => {
  const start = { end: 0, investigation: emptyInvestigation(incidentId) };
  const anew: Book = { ...book, checkpoints: [start] };
  foldOn(anew, start.investigation, 0, news);
  const known = book.checkpoints.filter(({ end }) => end > 0);
  const next = known[0]?.end ?? Number.POSITIVE_INFINITY;
  return [...anew.checkpoints.filter(({ end }) => end < next), ...known];
};

/** Puts back events from directly before the oldest that is kept. */
export const prepend = (chronicle: Chronicle, earlier: readonly IncidentEvent[]): Chronicle => {
  const before = bookOf(chronicle);
  const news = earlier.filter(({ id }) => !before.ids.has(id));
  if (news.length === 0) return chronicle;
  const base = before.base - news.length;
  const ids = new Set([...before.ids, ...news.map(({ id }) => id)]);
  const { incidentId } = chronicle.investigation;
  const checkpoints = base === 0 ? checkpointsFromStart(before, news, incidentId) : before.checkpoints;
  const book: Book = { base, ids, events: [...news, ...before.events], checkpoints };
  return { ...chronicle, book, first: base, generation: chronicle.generation + 1 };
};

/** The checkpoint from which a seek to `end` folds on. */
export const checkpointBefore = ({ book }: Chronicle, end: number): Checkpoint | undefined =>
  book.checkpoints.findLast((checkpoint) => checkpoint.end <= end);

/** The chronicle as it was when it ended at `end`; undefined where the events that lead there are not kept. */
export const pastOf = (chronicle: Chronicle, end: number): Chronicle | undefined => {
  if (end >= chronicle.end) return chronicle;
  const { book } = chronicle;
  const start = checkpointBefore(chronicle, end);
  if (start === undefined || start.end < book.base || end < book.base) return undefined;
  const investigation = fold(start.investigation, book.events.slice(start.end - book.base, end - book.base));
  return { ...chronicle, end, investigation };
};

/** A chronicle that goes on from a checkpoint: `events` are those directly behind it. */
export const resumeFrom = (checkpoint: Checkpoint, events: readonly IncidentEvent[], generation = 0): Chronicle => {
  const { end, investigation } = checkpoint;
  const book: Book = { base: end, events: [], ids: new Set(), checkpoints: [checkpoint] };
  return extend({ first: end, end, generation, investigation, book }, events);
};

/** The number of the first kept event with a greater seq; `end` where there is none. */
export const ordinalAfter = (chronicle: Chronicle, seq: number): number =>
  firstIndex(chronicle.first, chronicle.end, (ordinal) => (eventAt(chronicle, ordinal)?.seq ?? 0) <= seq);
