import { type EventLog, type LoggedEvent, PAGE_BYTES, type StreamName } from './event-log.ts';

const PAGE = { limit: 1_000, maxBytes: PAGE_BYTES };

/** Every event that the stream has by now, in their order, a page at a time. */
export async function* streamPages(
  log: Pick<EventLog, 'read'>,
  stream: StreamName,
): AsyncGenerator<readonly LoggedEvent[]> {
  let end: number | undefined;
  for (let afterSeq = 0; ; ) {
    const page = await log.read({ ...stream, afterSeq, ...PAGE });
    // Who reads more slowly than events come would never be done.
    end ??= page.headSeq;
    const events = page.events.filter(({ seq }) => seq <= (end ?? 0));
    const last = events.at(-1);
    if (last === undefined) return;
    yield events;
    if (last.seq >= end) return;
    afterSeq = last.seq;
  }
}
