import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { useStore } from 'zustand';
import { ordinalAfter } from '../../incident/chronicle.ts';
import { type Look, lastLook, rememberLook } from '../lib/last-look.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import type { Feed } from './feed.ts';

/** What came while somebody was away: from which event on, and when they left; null where there is nothing of it. */
export type Unread = { ordinal: number; at: number };

/** Fewer than this are read at a glance. */
const LATE_FROM_EVENTS = 12;

const lookAt = (feed: Feed | undefined): Look | null => {
  if (feed === undefined || feed.status !== 'ready') return null;
  const { lastSeq, lastAt } = feed.chronicle.investigation;
  return lastSeq === 0 || lastAt === null ? null : { seq: lastSeq, at: lastAt };
};

/**
 * Follows when somebody looks at an incident and when not. Away is: another tab or window, or not here at all since
 * the last visit, of which the browser remembers how far it went.
 */
export const useUnread = (incidentId: string): { unread: Unread | null; late: number | null; dismiss: () => void } => {
  const store = useLiveStore();
  const [left, setLeft] = useState<Look | null>(() => lastLook(incidentId));

  useEffect(() => {
    let away: Look | null = null;
    const leave = (): void => {
      if (away !== null) return;
      away = lookAt(store.feed(incidentId));
      if (away !== null) rememberLook(incidentId, away);
    };
    const comeBack = (): void => {
      if (document.visibilityState !== 'visible' || away === null) return;
      const now = lookAt(store.feed(incidentId));
      if (now !== null && now.seq > away.seq) setLeft(away);
      away = null;
    };
    const look = (): void => (document.visibilityState === 'visible' ? comeBack() : leave());
    window.addEventListener('blur', leave);
    window.addEventListener('focus', comeBack);
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', look);
    return () => {
      leave();
      window.removeEventListener('blur', leave);
      window.removeEventListener('focus', comeBack);
      window.removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', look);
    };
  }, [store, incidentId]);

  /** Who is here for the first time comes late to what happened before: up to the event with this number. */
  const [late, setLate] = useState<number | null>(null);
  const isReady = useStore(store, ({ feeds }) => lookAt(feeds.get(incidentId)) !== null);
  const arrive = useEffectEvent(() => {
    const end = store.feed(incidentId)?.chronicle.end ?? 0;
    if (left === null && end >= LATE_FROM_EVENTS) setLate(end);
  });
  useEffect(() => {
    if (isReady) arrive();
  }, [isReady]);

  // Until the past is here it is not known what of it is new.
  const ordinal = useStore(store, ({ feeds }) => {
    const feed = feeds.get(incidentId);
    const now = lookAt(feed);
    if (left === null || feed === undefined || now === null || now.seq <= left.seq) return null;
    return ordinalAfter(feed.chronicle, left.seq);
  });
  const dismiss = useCallback(() => {
    setLeft(null);
    setLate(null);
  }, []);
  return {
    unread: ordinal === null || left === null ? null : { ordinal, at: left.at },
    late,
    dismiss,
  };
};
