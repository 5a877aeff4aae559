type Lane = { all: Promise<unknown>; barrier: Promise<unknown> | null; size: number };

/**
 * Keeps what is done under one name in the order in which it was asked for. Most things go side by side; one that
 * depends on those before it, or on which those after it depend, is a barrier: it waits for all before it, and all
 * after it wait for it.
 */
export const createLanes = () => {
  const lanes = new Map<string, Lane>();

  return {
    /** Starts at once where there is nothing to wait for. */
    run<Result>(name: string, isBarrier: boolean, task: () => Promise<Result>): Promise<Result> {
      const lane = lanes.get(name) ?? { all: Promise.resolve(), barrier: null, size: 0 };
      const before = isBarrier && lane.size > 0 ? lane.all : lane.barrier;
      const done = before === null ? task() : before.then(task);
      const settled = done.then(
        () => undefined,
        () => undefined,
      );
      // Without what they resolved to: a lane that is never empty would keep all of it.
      lane.all = Promise.all([lane.all, settled]).then(() => undefined);
      if (isBarrier) lane.barrier = settled;
      lane.size += 1;
      lanes.set(name, lane);
      settled.then(() => {
        lane.size -= 1;
        if (lane.size === 0) lanes.delete(name);
      });
      return done;
    },
  };
};
