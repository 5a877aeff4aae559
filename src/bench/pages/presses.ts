/** What the browser says of a press or a key: `interactionId` is 0 for what is neither. */
type Interaction = PerformanceEntry & { interactionId: number };

/** Shorter ones the browser does not tell of. */
const SHORTEST_MS = 16;
/** One that was not told of by then was as short. */
const UNTOLD_MS = 1_500;

/** Milliseconds from a press or a key until what it changed is on the screen, as the browser has it (Event Timing). */
export const createPresses = () => {
  let entries: Interaction[] = [];
  let told = (): void => undefined;
  new PerformanceObserver((list) => {
    entries.push(...(list.getEntries() as Interaction[]).filter(({ interactionId }) => interactionId > 0));
    told();
  }).observe({ type: 'event', durationThreshold: SHORTEST_MS } as PerformanceObserverInit);
  return {
    /** Of the next one, which ends with an event of this name. */
    next(last: string): Promise<number> {
      entries = [];
      return new Promise((resolve) => {
        const longest = (): number => Math.max(SHORTEST_MS, ...entries.map(({ duration }) => duration));
        told = () => entries.some(({ name }) => name === last) && resolve(longest());
        setTimeout(() => resolve(longest()), UNTOLD_MS);
      });
    },
  };
};
