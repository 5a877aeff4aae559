import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import type { Keep } from '../log/until-kept.ts';
import { derivedId } from './derived-id.ts';
import { createQueues } from './queues.ts';
import type { Records } from './records.ts';
import { changeStatus } from './status-changes.ts';
import { type Move, moved, moveOf } from './status-policy.ts';
import { incidentOf, readParams } from './stored-event.ts';

/** An event that may move its incident, and the id of the change that would follow from it. */
type Cause = { tenantId: string; incidentId: string; eventId: string; changeId: string; move: Move };

/**
 * Changes the status of an incident as its events imply, one event after the other. A change counts from its cause on,
 * not from where it lands in the log: what was caused meanwhile is still to be decided. What a person says counts from
 * where it is, so that nothing older is done after it.
 */
export const createStatusMoves = (log: EventLog, records: Records, keep: Keep) => {
  const causes = createQueues<Cause>(keep, async ({ tenantId, incidentId, eventId, changeId, move }) => {
    const record = records.incident(tenantId, incidentId);
    const newStatus = record && moved(record.status, move);
    if (record === undefined || newStatus === undefined) return true;
    const timestamp = new Date().toISOString();
    return changeStatus(log, record, { eventId: changeId, newStatus, by: 'system', cause: eventId, timestamp });
  });

  /** Takes out what need not be decided any more now that the status has changed. */
  const changed = (event: LoggedEvent): void => {
    const { incidentId, cause } = readParams(event);
    const name = `${event.tenantId}/${incidentId}`;
    const waiting = causes.waiting(name);
    const status = records.incident(event.tenantId, incidentId)?.status;
    // Changes come in the order of their causes, so one whose cause does not wait here is before all that do.
    const rest =
      cause === undefined ? [] : waiting.slice(waiting.findIndex(({ changeId }) => changeId === event.eventId) + 1);
    // Nothing follows from the next ones that move nothing now, and so they leave no change by which to know them later.
    const next = rest.findIndex(({ move }) => status !== undefined && moved(status, move) !== undefined);
    causes.reduce(name, next < 0 ? [] : rest.slice(next));
  };

  return {
    /** To be called with every event after the records have it. */
    consider(event: LoggedEvent): void {
      if (event.method === 'incident.status_changed') return changed(event);
      const move = moveOf(event);
      if (move === undefined) return;
      const { tenantId, eventId } = event;
      const incidentId = incidentOf(event);
      const record = records.incident(tenantId, incidentId);
      if (record === undefined) return;
      const name = `${tenantId}/${incidentId}`;
      // With none before it the status is what it will be decided by: most events move nothing.
      if (causes.waiting(name).length === 0 && moved(record.status, move) === undefined) return;
      causes.add(name, { tenantId, incidentId, eventId, changeId: derivedId('evt', eventId, 'status'), move });
    },
    begin: causes.begin,
  };
};
