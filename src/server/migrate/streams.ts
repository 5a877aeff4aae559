import { type EventLog, type StreamName, TENANT_STREAM } from '../log/event-log.ts';
import { scanPages } from '../log/scan-pages.ts';

const PAGE = { limit: 1_000, maxBytes: 4 * 1024 * 1024 };

/** All events of a log in its order, a page at a time. */
export const pagesOf = (log: EventLog) => scanPages(log, PAGE);

/** Tells a stream from all others. */
export const nameOf = ({ tenantId, stream }: StreamName): string => `${tenantId}\n${stream}`;

/** What a person calls a stream. */
export const describeStream = ({ tenantId, stream }: StreamName): string =>
  stream === TENANT_STREAM ? `the list of incidents of ${tenantId}` : `${stream} of ${tenantId}`;
