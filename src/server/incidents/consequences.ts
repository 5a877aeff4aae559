import { type EventLog, type LoggedEvent, type NewEvent, TENANT_STREAM } from '../log/event-log.ts';
import type { Keep } from '../log/until-kept.ts';
import { derivedId } from './derived-id.ts';
import type { Records } from './records.ts';
import { impliedStatus } from './status-policy.ts';
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
  /** News found while the log is read again, less those that turn out to be in it. */
  const missing = new Map<string, { tenantId: string; event: NewEvent }>();
  let isRebuilding = true;
  let queue: Promise<unknown> = Promise.resolve();

  const enqueue = (work: () => Promise<unknown>): void => {
    queue = queue.then(() => keep(work));
  };

  const append = (tenantId: string, event: NewEvent): void => {
    enqueue(() => log.append({ tenantId, stream: TENANT_STREAM, events: [event] }));
  };

  const settleStatus = async (event: LoggedEvent): Promise<void> => {
    const incidentId = incidentOf(event);
    const record = records.incident(event.tenantId, incidentId);
    if (record === undefined || event.position < record.statusPosition) return;
    const newStatus = impliedStatus(event, record.status);
    if (newStatus === undefined) return;
    const params = {
      eventId: derivedId('evt', event.eventId, 'status'),
      incidentId,
      previousStatus: record.status,
      newStatus,
      by: 'system',
      timestamp: new Date().toISOString(),
    };
    const changed = toNewEvent('incident.status_changed', params);
    await log.append({ tenantId: event.tenantId, stream: TENANT_STREAM, events: [changed] });
  };

  const considerStatus = (event: LoggedEvent): void => {
    const record = records.incident(event.tenantId, incidentOf(event));
    if (record === undefined || impliedStatus(event, record.status) === undefined) return;
    enqueue(() => settleStatus(event));
  };

  const considerApproval = (event: LoggedEvent): void => {
    const news = approvalNews(event, records);
    if (news === undefined) return;
    if (isRebuilding) missing.set(news.eventId, { tenantId: event.tenantId, event: news });
    else append(event.tenantId, news);
  };

  return {
    /** To be called with every event after the records have it. */
    consider(event: LoggedEvent): void {
      if (event.method.startsWith('approval.')) return void missing.delete(event.eventId);
      if (event.method.startsWith('incident.')) return;
      considerStatus(event);
      if (event.method.startsWith('remediation.')) considerApproval(event);
    },
    /** The log has been read to its end: what it lacks is appended. */
    rebuilt(): void {
      isRebuilding = false;
      for (const { tenantId, event } of missing.values()) append(tenantId, event);
      missing.clear();
    },
  };
};
