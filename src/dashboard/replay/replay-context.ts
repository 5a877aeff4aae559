import { createContext, useContext } from 'react';
import type { Chronicle } from '../../incident/chronicle.ts';
import type { TimeAxis } from './time-axis.ts';

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;
export type Speed = (typeof SPEEDS)[number];

/** Where in an incident we look, and what moves that. */
export type Replay = {
  /** After so many events; null: at what is live, or at the end of a recording. */
  end: number | null;
  playing: boolean;
  speed: Speed;
  /** The incident is a file: it has an end instead of a live edge. */
  recording: boolean;
  axisOf: (chronicle: Chronicle) => TimeAxis;
  seek: (end: number) => void;
  step: (by: number) => void;
  togglePlay: () => void;
  setSpeed: (speed: Speed) => void;
  backToLive: () => void;
};

export const ReplayContext = createContext<Replay | null>(null);

export const useReplay = (): Replay => {
  const replay = useContext(ReplayContext);
  if (replay === null) throw new Error('useReplay is used outside ReplayProvider');
  return replay;
};
