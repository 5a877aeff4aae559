import { useEffect, useMemo, useRef, useState } from 'react';
import { type Chronicle, emptyChronicle, pastOf } from '../../incident/chronicle.ts';
import { backoffMs } from '../../protocol/backoff.ts';
import { latestOnly } from '../lib/latest-only.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import { emptyFeed, type Feed } from '../store/feed.ts';
import { recallOn, recallPast, runsOut } from './recall.ts';

/** A moment that comes sooner replaces what is shown at once, without a word that it is on its way. */
const SOON_MS = 150;
/** Where the past could not be had: another place may be wanted by then. */
const AGAIN = { firstMs: 500, capMs: 2_000 };

/** `moment` is the one that was asked for. */
type Stretch = { chronicle: Chronicle; moment: Chronicle | null };

/**
 * Stretches of the past from the server, one after the other: while somebody drags through the past, the place where
 * they are by then is asked for when the one before has come.
 */
const useRecalled = (incidentId: string, end: number | null, isKept: boolean) => {
  const store = useLiveStore();
  const [stretch, setStretch] = useState<Stretch | null>(null);
  const recalled = stretch?.chronicle ?? null;
  const past = useMemo(() => (end === null || recalled === null ? undefined : pastOf(recalled, end)), [recalled, end]);
  const isHere = isKept || past?.end === end;
  const [recall] = useState(() =>
    latestOnly<number | null>(async (askedFor, isLast) => {
      const chronicle = store.feed(incidentId)?.chronicle;
      if (askedFor === null || chronicle === undefined) return;
      const hasSnapshots = store.getState().capabilities.has('snapshot');
      for (let attempt = 0; ; attempt += 1) {
        try {
          const found = await recallPast(incidentId, chronicle, askedFor, hasSnapshots);
          if (found !== undefined) setStretch({ chronicle: found, moment: pastOf(found, askedFor) ?? null });
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, Math.random, AGAIN)));
          if (!isLast()) return;
        }
      }
    }),
  );
  useEffect(() => recall(isHere ? null : end), [recall, isHere, end]);
  useEffect(() => () => recall(null), [recall]);

  const extending = useRef<Chronicle | null>(null);
  useEffect(() => {
    const liveEnd = store.feed(incidentId)?.chronicle.end ?? 0;
    if (isKept || end === null || recalled === null || past?.end !== end) return;
    if (extending.current === recalled || !runsOut(recalled, end, liveEnd)) return;
    extending.current = recalled;
    recallOn(incidentId, recalled).then(
      (longer) => setStretch((now) => (now?.chronicle === recalled ? { ...now, chronicle: longer } : now)),
      () => undefined,
    );
  }, [store, incidentId, end, isKept, recalled, past]);
  return {
    past: past?.end === end ? past : null,
    /** What came last, though it may be another place that is looked at by now. */
    arrived: stretch?.moment ?? null,
  };
};

/** Whether it has been so for longer than a moment. */
const useLasts = (isSo: boolean): boolean => {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const timer = setTimeout(setLasts, SOON_MS, true);
    return () => {
      clearTimeout(timer);
      setLasts(false);
    };
  }, [isSo]);
  return lasts;
};

/**
 * How the incident stood: at once where this tab has the events, from the server where it let them go. While that is
 * on its way the moment before stays, at first the live one, or one on the way that has come.
 */
export const useMoment = (incidentId: string, end: number | null): Feed | null => {
  const store = useLiveStore();
  const kept = useMemo<Chronicle | null>(() => {
    const chronicle = store.feed(incidentId)?.chronicle;
    return end === null || chronicle === undefined ? null : (pastOf(chronicle, end) ?? null);
  }, [store, incidentId, end]);
  const { past: recalled, arrived } = useRecalled(incidentId, end, kept !== null);
  const last = useRef<Chronicle | null>(null);
  const arrivedBefore = useRef(arrived);
  const past = kept ?? recalled;
  const isAwaited = end !== null && past === null;
  const isLate = useLasts(isAwaited);
  const onTheWay = arrived === arrivedBefore.current ? null : arrived;
  arrivedBefore.current = arrived;
  const before = last.current ?? store.feed(incidentId)?.chronicle ?? null;
  last.current = end === null ? null : (past ?? onTheWay ?? before);
  const shown = last.current;
  const moment = useMemo(() => {
    if (end === null) return null;
    const feed = store.feed(incidentId) ?? emptyFeed(incidentId);
    const chronicle = shown ?? emptyChronicle(incidentId);
    return { ...feed, chronicle, status: isAwaited ? 'loading' : 'ready', behind: 0, closedAt: null } satisfies Feed;
  }, [store, incidentId, end, isAwaited, shown]);
  const given = useRef<Feed | null>(null);
  if (!isAwaited || isLate || onTheWay !== null) given.current = moment;
  return given.current;
};
