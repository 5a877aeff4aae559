/** A hidden tab gets no animation frames; the timer keeps the buffer from growing there. */
const FALLBACK_MS = 200;
/** A burst that took so long to draw is followed by a rest of the same length; one half as long by a quarter of it. */
const EVEN_MS = 32;
/** A page that draws slowly is still to look alive. */
const LONGEST_REST_MS = 100;

export type Scheduler = {
  onFrame(run: () => void): () => void;
  /** Once what was drawn in the frame that is being made is on the screen. */
  onPainted(run: () => void): void;
  onTimeout(run: () => void, delayMs: number): () => void;
};

export const browserScheduler: Scheduler = {
  onFrame(run) {
    const handle = requestAnimationFrame(run);
    return () => cancelAnimationFrame(handle);
  },
  onPainted(run) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = run;
    port2.postMessage(null);
  },
  onTimeout(run, delayMs) {
    const handle = setTimeout(run, delayMs);
    return () => clearTimeout(handle);
  },
};

/**
 * Collects what arrives and hands it on once a frame, or by the timer, whichever comes first. The longer the last burst
 * took to draw, the longer the page then has for what else it does: taking in what comes, and answering to a key.
 */
export const createBatcher = <T>(commit: (items: T[]) => void, scheduler: Scheduler, now: () => number) => {
  let items: T[] = [];
  let cancel: (() => void) | undefined;
  let restUntil = 0;

  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (items.length === 0) return;
    const batch = items;
    items = [];
    commit(batch);
  };

  const draw = (): void => {
    const began = now();
    flush();
    scheduler.onPainted(() => {
      const painted = now();
      restUntil = painted + Math.min(LONGEST_REST_MS, (painted - began) ** 2 / EVEN_MS);
    });
  };

  const plan = (): (() => void) => {
    const restMs = restUntil - now();
    if (restMs <= 0) return scheduler.onFrame(draw);
    let cancelNext = scheduler.onTimeout(() => {
      cancelNext = scheduler.onFrame(draw);
    }, restMs);
    return () => cancelNext();
  };

  return {
    push(item: T): void {
      items.push(item);
      if (cancel !== undefined) return;
      const cancelPlan = plan();
      const cancelTimeout = scheduler.onTimeout(flush, FALLBACK_MS);
      cancel = () => {
        cancelPlan();
        cancelTimeout();
      };
    },
    flush,
  };
};
