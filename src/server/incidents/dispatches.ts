import { newId } from '../../protocol/ids.ts';
import { type EventLog, TENANT_STREAM } from '../log/event-log.ts';
import { derivedId } from './derived-id.ts';
import type { IncidentRecord } from './records.ts';
import { toNewEvent } from './stored-event.ts';

export type Dispatches = ReturnType<typeof createDispatches>;

/** Sends agents off: the event stays in the log, so that agents that connect later take the investigation up too. */
export const createDispatches = (deps: { log: EventLog; now: () => number }) => ({
  /** `cause` makes a repeat for the same reason one dispatch. */
  async dispatch(record: IncidentRecord, cause?: string): Promise<void> {
    const { tenantId, incidentId, title, description, severity } = record;
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
      events: [toNewEvent('investigation.dispatched', params)],
    });
  },
});
