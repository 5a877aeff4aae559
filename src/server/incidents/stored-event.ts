import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { type LoggedEvent, type NewEvent, TENANT_STREAM } from '../log/event-log.ts';

export type Params = Record<string, unknown> & { incidentId: string };

/** The params of a logged event as an object; `seq` is in the envelope. */
export const readParams = (event: LoggedEvent): Params => {
  const parsed: unknown = JSON.parse(event.params);
  return typeof parsed === 'object' && parsed !== null
    ? { incidentId: event.stream, ...parsed, seq: event.seq }
    : { incidentId: event.stream, seq: event.seq };
};

/** The incident that an event is about, whichever stream it is in. */
export const incidentOf = (event: LoggedEvent): string =>
  event.stream === TENANT_STREAM ? readParams(event).incidentId : event.stream;

/** With this approval there are as many as the plan needs; one that doesn't count is the only one needed. */
export const isLastApproval = ({ approvals, approvalsRequired }: Params): boolean =>
  typeof approvals !== 'number' || typeof approvalsRequired !== 'number' || approvals >= approvalsRequired;

/** The event came with a record from elsewhere: it is history here, and nothing follows from it. */
export const isImported = (event: LoggedEvent): boolean =>
  event.params.includes('"importedAt"') && readParams(event).importedAt !== undefined;

export const toFoldable = (event: LoggedEvent): IncidentEvent | undefined =>
  toIncidentEvent(event.method, readParams(event), 0);

/** Params that come from outside, less what only the server writes: the place, who acted, and that a record was imported. */
export const fromOutside = ({
  seq: _,
  actor: __,
  importedAt: ___,
  importedBy: ____,
  ...own
}: Record<string, unknown>): Record<string, unknown> => own;

/** Decisions on a plan find each other by the plan's id. */
const keyOf = (method: string, params: Record<string, unknown>): string =>
  method.startsWith('remediation.') && typeof params.remediationId === 'string' ? params.remediationId : '';

/** An event as it goes into the log; `key` where something else than a plan's id has to be compared and set. */
export const toNewEvent = (
  method: string,
  params: Record<string, unknown> & { eventId: string },
  key = keyOf(method, params),
): NewEvent => ({
  eventId: params.eventId,
  method,
  key,
  params: JSON.stringify(params),
});
