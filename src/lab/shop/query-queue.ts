import { Refusal } from '../runtime/http-server.ts';

/** More are refused: those who asked first would get no answer in time either. */
const MOST_WAITING = 48;

/** One connection to the database: work waits its turn, and how long it waited is measured. */
export const createQueryQueue = (onWait: (waitedMs: number) => void) => {
  const queue: { run: () => void; since: number }[] = [];
  let scheduled = false;

  const next = (): void => {
    const task = queue.shift();
    scheduled = queue.length > 0;
    // One task a turn of the loop: requests that came meanwhile are accepted before the next one blocks it.
    if (scheduled) setImmediate(next);
    if (task === undefined) return;
    onWait(performance.now() - task.since);
    task.run();
  };

  return {
    waiting: (): number => queue.length,
    run: <T>(work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        if (queue.length >= MOST_WAITING) {
          return reject(new Refusal(503, { error: `${queue.length} queries wait for the connection already` }));
        }
        const run = (): void => {
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
        };
        queue.push({ run, since: performance.now() });
        if (scheduled) return;
        scheduled = true;
        setImmediate(next);
      }),
  };
};
