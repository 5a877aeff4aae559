import { createContext, useContext, useSyncExternalStore } from 'react';
import { clockNow } from './clock.ts';

const TICK_MS = 1_000;

let now = clockNow();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

const tick = (): void => {
  now = clockNow();
  for (const listener of listeners) listener();
};

const tickWhenSeen = (): void => {
  if (document.visibilityState === 'visible') tick();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  if (timer === undefined) {
    timer = setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', tickWhenSeen);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener('visibilitychange', tickWhenSeen);
  };
};

const read = (): number => {
  if (timer === undefined && Math.abs(clockNow() - now) >= TICK_MS) now = clockNow();
  return now;
};

const never = (): (() => void) => () => undefined;

/** While a moment of the past is looked at, it is that time everywhere; null: it is now. */
export const FrozenNowContext = createContext<number | null>(null);

/** The time in epoch milliseconds, kept fresh by one timer that all share; still while `running` is false. */
export const useNow = (running = true): number => {
  const frozen = useContext(FrozenNowContext);
  const ticking = useSyncExternalStore(running && frozen === null ? subscribe : never, read);
  return frozen ?? ticking;
};
