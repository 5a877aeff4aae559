/**
 * Does one thing at a time: of what is wanted meanwhile only the last is done, once the work before it is over. The work
 * is told how to find out whether something else is wanted by now; it must not reject.
 */
export const latestOnly = <T>(work: (wanted: T, isLast: () => boolean) => Promise<void>): ((wanted: T) => void) => {
  let next: { wanted: T } | null = null;
  let busy = false;
  const run = async (): Promise<void> => {
    busy = true;
    while (next !== null) {
      const { wanted } = next;
      next = null;
      await work(wanted, () => next === null);
    }
    busy = false;
  };
  return (wanted) => {
    next = { wanted };
    if (!busy) void run();
  };
};
