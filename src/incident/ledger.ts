import { emptyInvestigation } from './empty.ts';
import type { IncidentEvent } from './event.ts';
import { fold } from './fold.ts';
import type { Ledger } from './state.ts';

/** Ids per list of events, kept beside it: the list is handed on immutably, the set grows with it. */
const knownIds = new WeakMap<readonly IncidentEvent[], Set<string>>();

const idsOf = (events: readonly IncidentEvent[]): Set<string> => {
  const known = knownIds.get(events);
  if (known !== undefined) return known;
  const ids = new Set(events.map((event) => event.id));
  knownIds.set(events, ids);
  return ids;
};

/** The seq by which an event without one is placed: behind all that came before it. */
const newestSeq = (events: readonly IncidentEvent[]): number => {
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const seq = events[index]?.seq;
    if (seq !== null && seq !== undefined) return seq;
  }
  return 0;
};

const inOrder = (events: readonly IncidentEvent[], after: number): boolean => {
  let last = after;
  for (const event of events) {
    if (event.seq === null) continue;
    if (event.seq <= last) return false;
    last = event.seq;
  }
  return true;
};

/** Stable by seq; an event without a seq keeps its place behind the one it arrived after. */
const sort = (events: readonly IncidentEvent[]): IncidentEvent[] => {
  let last = 0;
  const placed = events.map((event, index) => {
    last = event.seq ?? last;
    return { event, place: last, index };
  });
  return placed.sort((a, b) => a.place - b.place || a.index - b.index).map(({ event }) => event);
};

/**
 * Takes events in: those known by id are dropped (the one guard against duplicates), those that are late are put
 * where they belong and everything is folded anew. The same set of events gives the same ledger, however it came.
 */
export const ingest = (ledger: Ledger, incoming: readonly IncidentEvent[]): Ledger => {
  const ids = idsOf(ledger.events);
  const fresh: IncidentEvent[] = [];
  for (const event of incoming) {
    if (ids.has(event.id)) continue;
    ids.add(event.id);
    fresh.push(event);
  }
  if (fresh.length === 0) return ledger;
  const isNext = inOrder(fresh, newestSeq(ledger.events));
  const events = isNext ? ledger.events.concat(fresh) : sort(ledger.events.concat(fresh));
  knownIds.delete(ledger.events);
  knownIds.set(events, ids);
  return {
    events,
    investigation: isNext
      ? fold(ledger.investigation, fresh)
      : fold(emptyInvestigation(ledger.investigation.incidentId), events),
  };
};
