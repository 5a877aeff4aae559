/** What went wrong with what one reader received of a stream whose events are numbered from 1. */
export type Faults = { missing: number; doubled: number; reordered: number };

export const noFaults: Faults = { missing: 0, doubled: 0, reordered: 0 };

export const addFaults = (a: Faults, b: Faults): Faults => ({
  missing: a.missing + b.missing,
  doubled: a.doubled + b.doubled,
  reordered: a.reordered + b.reordered,
});

/** Looks at each seq as it arrives, and keeps one byte an event: thousands of readers fit into one process. */
export const createCheck = (events: number) => {
  const got = new Uint8Array(events + 1);
  let left = events;
  let last = 0;
  let doubled = 0;
  let reordered = 0;
  return {
    take(seq: number): void {
      if (got[seq] === 1) doubled += 1;
      else if (seq < last) reordered += 1;
      if (got[seq] === 0) left -= 1;
      got[seq] = 1;
      last = Math.max(last, seq);
    },
    last: (): number => last,
    isComplete: (): boolean => left === 0,
    faults: (): Faults => ({ missing: left, doubled, reordered }),
  };
};

export type Check = ReturnType<typeof createCheck>;
