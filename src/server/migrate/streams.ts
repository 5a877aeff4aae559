import { type EventLog, type StreamName, TENANT_STREAM } from '../log/event-log.ts';
import { scanPages } from '../log/scan-pages.ts';

const PAGE_EVENTS = 1_000;

/** All events of a log in its order, a page at a time. */
export const pagesOf = (log: EventLog) => scanPages(log, { limit: PAGE_EVENTS });

/** Tells a stream from all others. */
export const nameOf = ({ tenantId, stream }: StreamName): string => `${tenantId}\n${stream}`;

/** What a person calls a stream. */
export const describeStream = ({ tenantId, stream }: StreamName): string =>
  stream === TENANT_STREAM ? `the list of incidents of ${tenantId}` : `${stream} of ${tenantId}`;
