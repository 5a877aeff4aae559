import { useRef, useState } from 'react';
import { type Chronicle, eventAt, eventsOf, extend, prepend, resumeFrom } from '../../incident/chronicle.ts';
import { emptyInvestigation } from '../../incident/empty.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import { type HistoryPage, type HistoryPlace, readHistory } from '../api/history.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';

const PAGE_EVENTS = 1_000;
/** Around a place that is gone to: soon there, and enough to read on from. */
const JUMP_EVENTS = 400;
/** What is further away from where somebody reads is let go again. */
const MOST_EVENTS = 8_000;

const NO_MORE = 'The server has no more of it.';

/** A stretch of the log away from the newest events, and the event that was gone to, by its number. */
type Excursion = { chronicle: Chronicle; target: number | null };

const stretch = (incidentId: string, end: number, events: readonly IncidentEvent[], generation: number): Chronicle =>
  resumeFrom({ end, investigation: emptyInvestigation(incidentId) }, events, generation);

/** The number of the event that a place names: the one at which, or before which, the page was divided. */
const targetOf = (place: HistoryPlace, events: readonly IncidentEvent[], offset: number): number => {
  if ('atOffset' in place) return place.atOffset;
  if ('atEvent' in place)
    return (
      offset +
      Math.max(
        0,
        events.findIndex(({ id }) => id === place.atEvent),
      )
    );
  const later = events.findIndex(({ at }) => at > place.atTime);
  return offset + Math.max(0, later < 0 ? events.length - 1 : later - 1);
};

/**
 * Looks at another part of a log than the newest events: any place of it comes from the server, and more in both
 * directions as somebody reads on. Where it meets what is here already, it ends there.
 */
export const useExcursion = (incidentId: string, live: Chronicle) => {
  const store = useLiveStore();
  const [excursion, setExcursion] = useState<Excursion | null>(null);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);

  /** Of several readings that are under way the last one counts, and what comes of the others is nobody's. */
  const readings = useRef(0);
  const drop = (): void => {
    readings.current += 1;
    setPending(false);
    setError(null);
  };
  const run = (reading: Promise<HistoryPage>, show: (page: HistoryPage) => void): void => {
    drop();
    setPending(true);
    const mine = readings.current;
    const finish = (end: () => void): void => {
      if (mine !== readings.current) return;
      setPending(false);
      end();
    };
    reading.then(
      (page) => finish(() => show(page)),
      (reason: unknown) => finish(() => setError(reason instanceof Error ? reason.message : 'It could not be loaded.')),
    );
  };

  const jump = (place: HistoryPlace): void =>
    run(readHistory(incidentId, { ...place, limit: JUMP_EVENTS }), ({ events, offset }) => {
      if (events.length === 0) return setError('The incident has no such event.');
      const generation = (excursion?.chronicle.generation ?? 0) + 1;
      store.setReading(incidentId, true);
      setExcursion({
        chronicle: stretch(incidentId, offset, events, generation),
        target: targetOf(place, events, offset),
      });
    });

  const earlier = (): void => {
    const chronicle = excursion?.chronicle;
    const beforeSeq = chronicle === undefined ? null : (eventAt(chronicle, chronicle.first)?.seq ?? null);
    if (chronicle === undefined || beforeSeq === null || pending || chronicle.first === 0) return;
    run(readHistory(incidentId, { beforeSeq, limit: PAGE_EVENTS }), ({ events }) => {
      if (events.length === 0) return setError(NO_MORE);
      const longer = prepend(chronicle, events);
      const kept =
        longer.end - longer.first <= MOST_EVENTS
          ? longer
          : stretch(incidentId, longer.first, eventsOf(longer).slice(0, MOST_EVENTS), longer.generation + 1);
      setExcursion({ chronicle: kept, target: null });
    });
  };

  /** Once it reaches the newest events, those that lie in between go in front of them, and it is over. */
  const join = (chronicle: Chronicle): void => {
    const beforeSeq = eventAt(live, live.first)?.seq ?? 0;
    store.recall(incidentId, beforeSeq, eventsOf(chronicle).slice(0, Math.max(0, live.first - chronicle.first)));
    setExcursion(null);
  };

  const later = (): void => {
    const chronicle = excursion?.chronicle;
    const afterSeq = chronicle === undefined ? null : (eventAt(chronicle, chronicle.end - 1)?.seq ?? null);
    if (chronicle === undefined || afterSeq === null || pending) return;
    if (chronicle.end >= live.first) return join(chronicle);
    run(readHistory(incidentId, { afterSeq, limit: PAGE_EVENTS }), ({ events }) => {
      if (events.length === 0) return setError(NO_MORE);
      const longer = extend(chronicle, events);
      const from = Math.max(longer.first, longer.end - MOST_EVENTS);
      const kept =
        from === longer.first
          ? longer
          : stretch(incidentId, from, eventsOf(longer).slice(from - longer.first), longer.generation + 1);
      setExcursion({ chronicle: kept, target: null });
    });
  };

  return {
    chronicle: excursion?.chronicle ?? null,
    target: excursion?.target ?? null,
    jump,
    earlier,
    later,
    leave: () => {
      drop();
      setExcursion(null);
    },
    pending,
    error,
  };
};

export type ExcursionControls = ReturnType<typeof useExcursion>;
