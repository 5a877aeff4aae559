/** What may wait in memory for all readers together, where they are many. */
const TOTAL_BYTES = 256 * 1024 * 1024;
/** One reader among few: a burst of a mebibyte, then it is fed from the log. */
const MOST_BYTES = 1024 * 1024;
/** One reader among thousands: less than this, and a page of the log would hold next to nothing. */
const LEAST_BYTES = 64 * 1024;

/** The next page is read when little is left of the last one, and leaves room for the live feed above both. */
const PAGES_PER_SHARE = 4;
const LOW_WATERS_PER_SHARE = 8;

export type ReaderShare = {
  /** Counts one more reader, until the returned function is called. */
  join(): () => void;
  /** Bytes that may wait for one reader; above them it has fallen behind, and its live feed is replaced by pages from the log. */
  mostBytes(): number;
  /** At this many waiting bytes, or fewer, the next page is read. */
  lowBytes(): number;
  /** Bytes of a page of the log, which is in memory for one reader at a time. */
  pageBytes(): number;
};

/**
 * How much of the server's memory one reader may take up: an equal part of a total for all of them, between a least
 * and a most. 256 readers or fewer have a mebibyte each; from 4,096 on it is 64 KiB each.
 */
export const createReaderShare = (): ReaderShare => {
  let readers = 0;
  const mostBytes = (): number =>
    Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.floor(TOTAL_BYTES / Math.max(1, readers))));
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
    pageBytes: () => Math.floor(mostBytes() / PAGES_PER_SHARE),
  };
};
