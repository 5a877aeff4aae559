import type { IncidentStatus } from '../../protocol/values.ts';
import { type EventLog, TENANT_STREAM } from '../log/event-log.ts';
import { type IncidentRecord, type Records, statusKey } from './records.ts';
import { toNewEvent } from './stored-event.ts';

type StatusChange = {
  eventId: string;
  newStatus: IncidentStatus;
  by: string;
  timestamp: string;
  /** The event that it follows from; a person's change follows from none. */
  cause?: string;
};

/** Resolves to whether it was appended: it is not where the status was changed since the record. */
export const changeStatus = async (
  log: Pick<EventLog, 'append'>,
  { tenantId, incidentId, status, statusSeq }: IncidentRecord,
  change: StatusChange,
): Promise<boolean> => {
  const key = statusKey(incidentId);
  const { ok } = await log.append({
    tenantId,
    stream: TENANT_STREAM,
    events: [toNewEvent('incident.status_changed', { ...change, incidentId, previousStatus: status }, key)],
    expect: { key, seq: statusSeq },
  });
  return ok;
};

/** A person's change holds whatever follows from events at the same time: where that came in between, it comes after it. */
export const setStatus = async (
  log: Pick<EventLog, 'append'>,
  records: Pick<Records, 'incident'>,
  { tenantId, incidentId }: Pick<IncidentRecord, 'tenantId' | 'incidentId'>,
  change: StatusChange,
): Promise<void> => {
  for (let isSet = false; !isSet; ) {
    const record = records.incident(tenantId, incidentId);
    if (record === undefined || record.status === change.newStatus) return;
    isSet = await changeStatus(log, record, change);
  }
};
