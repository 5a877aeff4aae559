import { type EventLog, type LoggedEvent, type NewEvent, TENANT_STREAM } from '../log/event-log.ts';
import type { Keep } from '../log/until-kept.ts';
import { derivedId } from './derived-id.ts';
import { createQueues } from './queues.ts';
import type { Records } from './records.ts';
import { createStatusMoves } from './status-moves.ts';
import { incidentOf, readParams, toNewEvent } from './stored-event.ts';

const DECIDED: Readonly<Record<string, string>> = {
  'remediation.approved': 'approve',
  'remediation.rejected': 'reject',
  'remediation.expired': 'expire',
};

/** What those who approve are told about an event of a plan. */
const approvalNews = (event: LoggedEvent, records: Records): NewEvent | undefined => {
  const params = readParams(event);
  const plan = records.plan(event.tenantId, String(params.remediationId));
  if (plan === undefined) return undefined;
  const { incidentId, remediationId, approvalId, title, expiresAt } = plan;
  const common = {
    eventId: derivedId('evt', event.eventId, 'approval'),
    incidentId,
    remediationId,
    approvalId,
    timestamp: params.timestamp,
  };
  if (event.method === 'remediation.proposed') {
    const { title: incidentTitle } = records.incident(event.tenantId, incidentId) ?? { title: '' };
    const told = { ...common, incidentTitle, remediationTitle: title, expiresAt };
    return params.requiresApproval === true ? toNewEvent('approval.requested', told) : undefined;
  }
  const decision = DECIDED[event.method];
  return decision === undefined || plan.pending
    ? undefined
    : toNewEvent('approval.resolved', { ...common, decision, decidedBy: params.by });
};

/**
 * Appends what follows from an event for the whole tenant: the incident's new status, and news for those who approve.
 * Ids are made from the cause's, so that a crash between the two, or a second node, ends with one of each.
 */
export const createConsequences = (log: EventLog, records: Records, keep: Keep) => {
  const statusMoves = createStatusMoves(log, records, keep);
  const news = createQueues<{ tenantId: string; event: NewEvent }>(keep, async ({ tenantId, event }) => {
    await log.append({ tenantId, stream: TENANT_STREAM, events: [event] });
    return true;
  });

  const nameOf = (event: LoggedEvent): string => `${event.tenantId}/${incidentOf(event)}`;

  return {
    /** To be called with every event after the records have it. */
    consider(told: LoggedEvent): void {
      statusMoves.consider(told);
      if (told.method.startsWith('approval.')) {
        const name = nameOf(told);
        news.reduce(
          name,
          news.waiting(name).filter(({ event }) => event.eventId !== told.eventId),
        );
      }
      if (!told.method.startsWith('remediation.')) return;
      const event = approvalNews(told, records);
      if (event !== undefined) news.add(nameOf(told), { tenantId: told.tenantId, event });
    },
    /** The log has been read to its end: what it lacks is appended, and from now on at once. */
    rebuilt(): void {
      statusMoves.begin();
      news.begin();
    },
  };
};
