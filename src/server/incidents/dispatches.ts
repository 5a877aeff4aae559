import { type EventLog, type LoggedEvent, TENANT_STREAM } from '../log/event-log.ts';
import { actorOf } from './actor.ts';
import { type Asker, idFor } from './asker.ts';
import { derivedId } from './derived-id.ts';
import { dispatchKey, type IncidentRecord } from './records.ts';
import { toNewEvent } from './stored-event.ts';

export type Dispatches = ReturnType<typeof createDispatches>;

/** Sends agents off: the event stays in the log, so that agents that connect later take the investigation up too. */
export const createDispatches = (deps: { log: EventLog; now: () => number }) => ({
  /**
   * For somebody, or because of an event; a repeat for the same reason is one dispatch. `onlyNext` makes one of those
   * that are asked for at once, each of them knowing the same dispatch as the last.
   */
  async dispatch(record: IncidentRecord, reason: Asker | LoggedEvent, onlyNext = false): Promise<void> {
    const { tenantId, incidentId, title, description, severity } = record;
    const key = dispatchKey(incidentId);
    const params = {
      ...('eventId' in reason
        ? { eventId: derivedId('evt', reason.eventId, 'dispatch') }
        : { eventId: idFor('evt', reason, 'dispatch'), actor: actorOf(reason) }),
      incidentId,
      title,
      description,
      severity,
      timestamp: new Date(deps.now()).toISOString(),
    };
    await deps.log.append({
      tenantId,
      stream: TENANT_STREAM,
      events: [toNewEvent('investigation.dispatched', params, key)],
      ...(onlyNext ? { expect: { key, seq: record.dispatchSeq } } : {}),
    });
  },
});
