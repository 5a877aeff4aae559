import { isOver } from '../../protocol/values.ts';
import { type LoggedEvent, TENANT_STREAM } from '../log/event-log.ts';
import type { Keep } from '../log/until-kept.ts';
import type { Dispatches } from './dispatches.ts';
import { createQueues } from './queues.ts';
import type { Records } from './records.ts';
import { incidentOf } from './stored-event.ts';

/**
 * Sends agents off to what a monitor opened, at once; what a person opened waits for them to say so. The dispatch's id is
 * made from the cause's, so that a crash between the two, or a second node, ends with one of each.
 */
export const createAutomated = (dispatches: Dispatches, records: Records, keep: Keep) => {
  const opened = createQueues<LoggedEvent>(keep, async (event) => {
    const record = records.incident(event.tenantId, incidentOf(event));
    if (record !== undefined && !isOver(record.status)) await dispatches.dispatch(record, event);
    return true;
  });

  return {
    /** To be called with every event after the records have it. */
    consider(event: LoggedEvent): void {
      if (event.stream !== TENANT_STREAM) return;
      const incidentId = incidentOf(event);
      const name = `${event.tenantId}/${incidentId}`;
      if (event.method === 'investigation.dispatched') opened.reduce(name, []);
      if (event.method !== 'incident.created') return;
      if (records.incident(event.tenantId, incidentId)?.source === 'automated') opened.add(name, event);
    },
    /** The log has been read to its end: who was not sent off then is now, and from now on at once. */
    rebuilt: opened.begin,
  };
};
