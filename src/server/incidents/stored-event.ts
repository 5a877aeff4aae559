import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import type { LoggedEvent, NewEvent } from '../log/event-log.ts';

export type Params = Record<string, unknown> & { incidentId: string };

/** The params of a logged event as an object; `seq` is in the envelope. */
export const readParams = (event: LoggedEvent): Params => {
  const parsed: unknown = JSON.parse(event.params);
  return typeof parsed === 'object' && parsed !== null
    ? { incidentId: event.stream, ...parsed, seq: event.seq }
    : { incidentId: event.stream, seq: event.seq };
};

export const toFoldable = (event: LoggedEvent): IncidentEvent | undefined =>
  toIncidentEvent(event.method, readParams(event), 0);

/** An event as it goes into the log: decisions on a plan find each other by the plan's id. */
export const toNewEvent = (method: string, params: Record<string, unknown> & { eventId: string }): NewEvent => ({
  eventId: params.eventId,
  method,
  key: method.startsWith('remediation.') && typeof params.remediationId === 'string' ? params.remediationId : '',
  params: JSON.stringify(params),
});
