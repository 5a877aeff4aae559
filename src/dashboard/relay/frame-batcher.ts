/** A hidden tab gets no animation frames; the timer keeps the buffer from growing there. */
const FALLBACK_MS = 100;

export type Scheduler = {
  onFrame(run: () => void): () => void;
  onTimeout(run: () => void, delayMs: number): () => void;
};

export const browserScheduler: Scheduler = {
  onFrame(run) {
    const handle = requestAnimationFrame(run);
    return () => cancelAnimationFrame(handle);
  },
  onTimeout(run, delayMs) {
    const handle = setTimeout(run, delayMs);
    return () => clearTimeout(handle);
  },
};

/** Collects what arrives and hands it on once a frame, or by the timer, whichever comes first. */
export const createBatcher = <T>(commit: (items: T[]) => void, scheduler: Scheduler) => {
  let items: T[] = [];
  let cancel: (() => void) | undefined;

  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (items.length === 0) return;
    const batch = items;
    items = [];
    commit(batch);
  };

  return {
    push(item: T): void {
      items.push(item);
      if (cancel !== undefined) return;
      const cancelFrame = scheduler.onFrame(flush);
      const cancelTimeout = scheduler.onTimeout(flush, FALLBACK_MS);
      cancel = () => {
        cancelFrame();
        cancelTimeout();
      };
    },
    flush,
  };
};
