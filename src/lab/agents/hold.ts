/** A tool call or a wait that ended because a person, or the clock, said so. */
export class Given extends Error {
  override name = 'Given';
}

/** What people can do to an agent while it works: ask what it waits for, have it give up a call, or stop it. */
export const createHold = (signal: AbortSignal, atMostMs: number) => {
  let stopped: string | undefined;
  const open = new Set<(error: Error) => void>();
  let asked: (by: string) => void = () => undefined;

  const interrupt = (error: Error): void => {
    for (const release of [...open]) release(error);
  };

  /** Settles with the work, or earlier when it is interrupted; what is interrupted may still end, unheard. */
  const race = <T>(work: Promise<T>, limitMs: number | undefined): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        open.delete(release);
        settle();
      };
      const release = (error: Error): void => end(() => reject(error));
      const onAbort = (): void => end(() => reject(signal.reason));
      const timer =
        limitMs === undefined
          ? undefined
          : setTimeout(() => release(new Given(`given up after ${Math.round(limitMs / 1000)} s`)), limitMs);
      open.add(release);
      work.then(
        (value) => end(() => resolve(value)),
        (error: unknown) => end(() => reject(error)),
      );
      if (signal.aborted) onAbort();
      else if (stopped !== undefined) release(new Given(stopped));
      else signal.addEventListener('abort', onAbort, { once: true });
    });

  return {
    within: <T>(work: Promise<T>): Promise<T> => race(work, atMostMs),
    pause: (ms: number): Promise<void> => {
      let timer: NodeJS.Timeout | undefined;
      const wait = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      return race(wait, undefined).finally(() => clearTimeout(timer));
    },
    onAsked: (answer: (by: string) => void): void => {
      asked = answer;
    },
    ask: (by: string): void => asked(by),
    skip: (by: string): void => interrupt(new Given(`given up: ${by} said to go on without it`)),
    stop: (by: string): void => {
      stopped = `${by} stopped this agent`;
      interrupt(new Given(stopped));
    },
    /** For another investigation: who was stopped in the one before works again. */
    renew: (): void => {
      stopped = undefined;
    },
    /** Why it ended, until it is asked for another investigation; undefined while it works. */
    stoppedBy: (): string | undefined => stopped,
  };
};

export type Hold = ReturnType<typeof createHold>;
