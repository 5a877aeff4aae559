import { isOver } from '../../protocol/values.ts';
import { type LoggedEvent, TENANT_STREAM } from '../log/event-log.ts';
import type { Keep } from '../log/until-kept.ts';
import type { Dispatches } from './dispatches.ts';
import type { Records } from './records.ts';
import { incidentOf } from './stored-event.ts';

/**
 * Sends agents off to what a monitor opened, at once; what a person opened waits for them to say so. The dispatch's id is
 * made from the cause's, so that a crash between the two, or a second node, ends with one of each.
 */
export const createAutomated = (dispatches: Dispatches, records: Records, keep: Keep) => {
  /** Opened in the past that is read again, less those that turn out to have been dispatched. */
  const missing = new Map<string, LoggedEvent>();
  let isRebuilding = true;

  const dispatch = (event: LoggedEvent): void => {
    const record = records.incident(event.tenantId, incidentOf(event));
    if (record === undefined || isOver(record.status)) return;
    void keep(() => dispatches.dispatch(record, event));
  };

  const considerOpened = (event: LoggedEvent): void => {
    const incidentId = incidentOf(event);
    if (records.incident(event.tenantId, incidentId)?.source !== 'automated') return;
    if (isRebuilding) missing.set(`${event.tenantId}/${incidentId}`, event);
    else dispatch(event);
  };

  return {
    /** To be called with every event after the records have it. */
    consider(event: LoggedEvent): void {
      if (event.stream !== TENANT_STREAM) return;
      if (event.method === 'incident.created') considerOpened(event);
      else if (isRebuilding && event.method === 'investigation.dispatched')
        missing.delete(`${event.tenantId}/${incidentOf(event)}`);
    },
    /** The log has been read to its end: who was not sent off then is now. */
    rebuilt(): void {
      isRebuilding = false;
      for (const event of missing.values()) dispatch(event);
      missing.clear();
    },
  };
};
