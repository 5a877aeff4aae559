import { useEffect, useEffectEvent, useRef } from 'react';
import { useStore } from 'zustand';
import { useLiveStore } from '../relay/relay-provider.tsx';

/** A drag passes many moments; the address has the one where it rests. */
const RESTS_MS = 300;

/** The moment in the page's address: after so many events, undefined at the live end. */
export type SharedMoment = { at: number | undefined; onAt: (at: number | undefined) => void };

type MomentOptions = SharedMoment & {
  incidentId: string;
  end: number | null;
  playing: boolean;
  seek: (end: number) => void;
};

/** Opens the moment that the address has, once the events are there, and puts the one that is looked at into it. */
export const useSharedMoment = ({ incidentId, at, onAt, end, playing, seek }: MomentOptions): void => {
  const isReady = useStore(useLiveStore(), ({ feeds }) => feeds.get(incidentId)?.status === 'ready');
  const opened = useRef(at === undefined);
  const open = useEffectEvent(() => {
    if (opened.current) return;
    opened.current = true;
    if (at !== undefined) seek(at);
  });
  useEffect(() => {
    if (isReady) open();
  }, [isReady]);

  const tell = useEffectEvent((next: number | undefined) => {
    if (opened.current && next !== at) onAt(next);
  });
  useEffect(() => {
    if (playing) return;
    const timer = setTimeout(() => tell(end ?? undefined), RESTS_MS);
    return () => clearTimeout(timer);
  }, [end, playing]);
};
