/**
 * Runs tasks in the order in which they come, so many in one turn of the event loop: a crowd that comes at once does
 * not keep everybody else waiting until the last of it is served.
 */
export const createTurns = (perTurn: number): ((task: () => void) => void) => {
  let tasks: (() => void)[] = [];
  let next = 0;
  let isScheduled = false;

  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(turn);
  };

  const turn = (): void => {
    isScheduled = false;
    const end = Math.min(tasks.length, next + perTurn);
    while (next < end) {
      const task = tasks[next];
      next += 1;
      task?.();
    }
    if (next < tasks.length) return schedule();
    tasks = [];
    next = 0;
  };

  return (task) => {
    tasks.push(task);
    schedule();
  };
};
