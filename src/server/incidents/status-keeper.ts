import { type EventLog, type LoggedEvent, TENANT_STREAM } from '../log/event-log.ts';
import type { Records } from './records.ts';
import { impliedStatus } from './status-policy.ts';
import { readParams, toNewEvent } from './stored-event.ts';

/** The incident that an event is about. */
const incidentOf = (event: LoggedEvent): string =>
  event.stream === TENANT_STREAM ? readParams(event).incidentId : event.stream;

/**
 * Appends the status changes that events imply. The change's id is made from its cause's, so that a crash between the
 * two, or a second node, ends with one change.
 */
export const createStatusKeeper = (log: EventLog, records: Records, onFailure: (error: unknown) => void) => {
  let queue: Promise<unknown> = Promise.resolve();

  const settle = async (event: LoggedEvent): Promise<void> => {
    const incidentId = incidentOf(event);
    const record = records.incident(event.tenantId, incidentId);
    if (record === undefined || event.position < record.statusPosition) return;
    const newStatus = impliedStatus(event, record.status);
    if (newStatus === undefined) return;
    const params = {
      eventId: `${event.eventId}.status`,
      incidentId,
      previousStatus: record.status,
      newStatus,
      by: 'system',
      timestamp: new Date().toISOString(),
    };
    await log.append({
      tenantId: event.tenantId,
      stream: TENANT_STREAM,
      events: [toNewEvent('incident.status_changed', params)],
    });
  };

  return {
    /** To be called with every event after the records have it. */
    consider(event: LoggedEvent): void {
      if (event.method.startsWith('incident.')) return;
      const record = records.incident(event.tenantId, incidentOf(event));
      if (record === undefined || impliedStatus(event, record.status) === undefined) return;
      queue = queue.then(() => settle(event)).catch(onFailure);
    },
    idle: (): Promise<unknown> => queue,
  };
};
