import type { EventLog, StreamName } from '../log/event-log.ts';

const PAGE_EVENTS = 1_000;
const PAGE_BYTES = 1024 * 1024;

/**
 * The seq after which the last `count` events come. Where no seq is missing it is known without reading any of them;
 * otherwise they are counted page by page, for their size has no bound.
 */
export const seqBeforeLast = async (
  log: EventLog,
  stream: StreamName,
  headSeq: number,
  count: number,
): Promise<number> => {
  // Asked in this order, so that events which come in between can't make up for missing ones.
  const [held, head] = await Promise.all([log.count(stream), log.head(stream)]);
  if (held === head) return Math.max(0, headSeq - count);
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
