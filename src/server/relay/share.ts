/** One reader among few: a burst of a mebibyte, then it is fed from the log. */
const MOST_BYTES = 1024 * 1024;
/** One reader among very many: less than this, and a page of the log would hold next to nothing. */
const LEAST_BYTES = 16 * 1024;
/** So much of the total is shared out; the rest is for those who come while others hold what they had among fewer. */
const SHARED_OUT = 1 / 2;

/** The next page is read when little is left of the last one, and leaves room for the live feed above both. */
const PAGES_PER_SHARE = 4;
const LOW_WATERS_PER_SHARE = 8;
/** How many readers are given room in one turn of the event loop. */
const GRANTS_PER_TURN = 64;

const MIB = 1024 * 1024;

export type ReaderShare = {
  /** Counts one more reader, until the returned function is called. */
  join(): () => void;
  /** Bytes that may wait for one reader; above them it has fallen behind, and its live feed is replaced by pages from the log. */
  mostBytes(): number;
  /** At this many waiting bytes, or fewer, the next page is read. */
  lowBytes(): number;
  /** Bytes of a page of the log, a power of two: readers that come back at the same time read the same pages. */
  pageBytes(): number;
  /** Takes so many bytes of what all readers may hold together; false where they are not there. */
  take(bytes: number): boolean;
  /** The same as soon as they are there, after those who asked before. Returns the function that withdraws. */
  ask(bytes: number, onTaken: () => void): () => void;
  give(bytes: number): void;
  /** Taken at this moment. */
  heldBytes(): number;
};

/**
 * What the readers of all connections may hold in memory, `totalMib` together, and how much of it each of them: an equal
 * part of a half, between a least and a most. Nothing is taken above the total, but for a single event that is larger
 * than all of it, which goes alone.
 */
export const createReaderShare = (totalMib: number): ReaderShare => {
  const totalBytes = totalMib * MIB;
  const asking = new Set<{ bytes: number; onTaken: () => void }>();
  let readers = 0;
  let held = 0;
  let isScheduled = false;
  /** There is no room for the one who has asked first. */
  let isShort = false;

  const mostBytes = (): number => {
    const equal = Math.floor((totalBytes * SHARED_OUT) / Math.max(1, readers));
    return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, equal));
  };
  const fits = (bytes: number): boolean => held + bytes <= totalBytes || held === 0;

  const grant = (): void => {
    isScheduled = false;
    let left = GRANTS_PER_TURN;
    isShort = false;
    for (const one of asking) {
      if (left === 0) return schedule();
      isShort = !fits(one.bytes);
      if (isShort) return;
      left -= 1;
      asking.delete(one);
      held += one.bytes;
      one.onTaken();
    }
  };

  const schedule = (): void => {
    if (isScheduled || (asking.size === 0 && !isShort)) return;
    isScheduled = true;
    setImmediate(grant);
  };

  return {
    join() {
      readers += 1;
      let isIn = true;
      return () => {
        if (isIn) readers -= 1;
        isIn = false;
      };
    },
    mostBytes,
    lowBytes: () => mostBytes() / LOW_WATERS_PER_SHARE,
    pageBytes: () => 2 ** Math.floor(Math.log2(mostBytes() / PAGES_PER_SHARE)),
    take(bytes) {
      // Who asked before comes before.
      if (isShort || !fits(bytes)) return false;
      held += bytes;
      return true;
    },
    ask(bytes, onTaken) {
      const one = { bytes, onTaken };
      asking.add(one);
      schedule();
      return () => {
        asking.delete(one);
        schedule();
      };
    },
    give(bytes) {
      held -= bytes;
      schedule();
    },
    heldBytes: () => held,
  };
};
