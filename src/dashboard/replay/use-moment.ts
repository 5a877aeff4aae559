import { useEffect, useMemo, useRef, useState } from 'react';
import { type Chronicle, emptyChronicle, pastOf } from '../../incident/chronicle.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import { emptyFeed, type Feed } from '../store/feed.ts';
import { recallOn, recallPast, runsOut } from './recall.ts';

/** A stretch of the past from the server, and what is being fetched of it. */
const useRecalled = (incidentId: string, end: number | null, isKept: boolean): Chronicle | null => {
  const store = useLiveStore();
  const [recalled, setRecalled] = useState<Chronicle | null>(null);
  const past = useMemo(() => (end === null || recalled === null ? undefined : pastOf(recalled, end)), [recalled, end]);
  const isHere = isKept || (past !== undefined && past.end === end);
  useEffect(() => {
    const chronicle = store.feed(incidentId)?.chronicle;
    if (isHere || end === null || chronicle === undefined) return;
    let current = true;
    const hasSnapshots = store.getState().capabilities.has('snapshot');
    recallPast(incidentId, chronicle, end, hasSnapshots).then(
      (found) => current && setRecalled(found ?? null),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [store, incidentId, end, isHere]);

  const extending = useRef<Chronicle | null>(null);
  useEffect(() => {
    const liveEnd = store.feed(incidentId)?.chronicle.end ?? 0;
    if (isKept || end === null || recalled === null || past?.end !== end) return;
    if (extending.current === recalled || !runsOut(recalled, end, liveEnd)) return;
    extending.current = recalled;
    recallOn(incidentId, recalled).then(
      (longer) => setRecalled((now) => (now === recalled ? longer : now)),
      () => undefined,
    );
  }, [store, incidentId, end, isKept, recalled, past]);
  return past !== undefined && past.end === end ? past : null;
};

/**
 * How the incident stood: at once where this tab has the events, from the server where it let them go. While that is
 * on its way the moment before stays.
 */
export const useMoment = (incidentId: string, end: number | null): Feed | null => {
  const store = useLiveStore();
  const kept = useMemo<Chronicle | null>(() => {
    const chronicle = store.feed(incidentId)?.chronicle;
    return end === null || chronicle === undefined ? null : (pastOf(chronicle, end) ?? null);
  }, [store, incidentId, end]);
  const recalled = useRecalled(incidentId, end, kept !== null);
  const last = useRef<Chronicle | null>(null);
  const past = kept ?? recalled;
  last.current = end === null ? null : (past ?? last.current);
  const shown = last.current;
  return useMemo(() => {
    if (end === null) return null;
    const feed = store.feed(incidentId) ?? emptyFeed(incidentId);
    const chronicle = shown ?? emptyChronicle(incidentId);
    return { ...feed, chronicle, status: past === null ? 'loading' : 'ready', behind: 0, closedAt: null };
  }, [store, incidentId, end, past, shown]);
};
