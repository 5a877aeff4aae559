import { type EventLog, type LoggedEvent, PAGE_BYTES, type Scan } from './event-log.ts';

/** All that a scan finds up to the end of the log, in its order, a page at a time; from its start without a position. */
export async function* scanPages(
  log: Pick<EventLog, 'scan'>,
  { afterPosition = 0, ...scan }: Omit<Scan, 'afterPosition' | 'maxBytes'> & { afterPosition?: number },
): AsyncGenerator<readonly LoggedEvent[]> {
  for (let after = afterPosition; ; ) {
    const page = await log.scan({ afterPosition: after, maxBytes: PAGE_BYTES, ...scan });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.position;
  }
}
