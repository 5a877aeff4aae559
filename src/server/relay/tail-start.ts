import type { EventLog, StreamName } from '../log/event-log.ts';

const PAGE_EVENTS = 1_000;
const PAGE_BYTES = 1024 * 1024;

/** The seq after which the last `count` events come. Counted page by page, for their size has no bound. */
export const seqBeforeLast = async (
  log: EventLog,
  stream: StreamName,
  headSeq: number,
  count: number,
): Promise<number> => {
  let first = headSeq + 1;
  for (let left = count; left > 0; ) {
    const limit = Math.min(left, PAGE_EVENTS);
    const page = await log.read({ ...stream, beforeSeq: first, take: 'descending', limit, maxBytes: PAGE_BYTES });
    const oldest = page.events[0];
    if (oldest === undefined) break;
    first = oldest.seq;
    left -= page.events.length;
  }
  return first - 1;
};
