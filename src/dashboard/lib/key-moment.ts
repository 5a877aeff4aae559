import { create } from 'zustand';

type KeyMoment = {
  /** The relay is there, so that what is pressed can be carried out. */
  connected: boolean;
  /** The page shows how things were: set by a replay for as long as it is not at the live edge. */
  past: boolean;
};

/** What keys and buttons that act have to know of the page's place in time. */
const useKeyMoment = create<KeyMoment>(() => ({ connected: true, past: false }));

/** Whether a key that `acts`, or that the past has a use for, may do anything at this moment. */
export const isMomentFor = ({ acts, inPast }: { acts: boolean; inPast: boolean }): boolean => {
  const { connected, past } = useKeyMoment.getState();
  return (connected || !acts) && (!past || inPast);
};

export const setConnected = (connected: boolean): void => useKeyMoment.setState({ connected });
export const setPast = (past: boolean): void => useKeyMoment.setState({ past });
