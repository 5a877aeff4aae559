import { newId } from '../../protocol/ids.ts';
import { type EventLog, TENANT_STREAM } from '../log/event-log.ts';
import { derivedId } from './derived-id.ts';
import { dispatchKey, type IncidentRecord } from './records.ts';
import { toNewEvent } from './stored-event.ts';

export type Dispatches = ReturnType<typeof createDispatches>;

/** Sends agents off: the event stays in the log, so that agents that connect later take the investigation up too. */
export const createDispatches = (deps: { log: EventLog; now: () => number }) => ({
  /**
   * `cause` makes a repeat for the same reason one dispatch; `onlyNext` one of those that are asked for at once, each
   * of them knowing the same dispatch as the last.
   */
  async dispatch(record: IncidentRecord, cause?: string, onlyNext = false): Promise<void> {
    const { tenantId, incidentId, title, description, severity } = record;
    const key = dispatchKey(incidentId);
    const params = {
      eventId: cause === undefined ? newId('evt') : derivedId('evt', cause, 'dispatch'),
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
