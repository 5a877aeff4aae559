import { IncidentCreated, IncidentStatusChanged } from '../../protocol/incident.ts';
import { InvestigationCompleted } from '../../protocol/investigation.ts';
import { PLAN_METHODS, ROLLBACK_METHODS } from '../../protocol/remediation.ts';
import { type IncidentSource, type IncidentStatus, isOver, type Severity } from '../../protocol/values.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import { scanPages } from '../log/scan-pages.ts';
import { createPlanRecords } from './plan-records.ts';
import { readParams } from './stored-event.ts';

/** Dispatches of an incident find each other by this. */
export const dispatchKey = (incidentId: string): string => `dispatch:${incidentId}`;
/** And changes of its status by this. */
export const statusKey = (incidentId: string): string => `status:${incidentId}`;

/** What a list shows of an incident. */
export type IncidentRecord = {
  tenantId: string;
  incidentId: string;
  title: string;
  description: string;
  severity: Severity;
  status: IncidentStatus;
  source: IncidentSource;
  createdAt: string;
  updatedAt: string;
  rootCause: string | null;
  resolvedAt: string | null;
  /** The params of the dispatch that no investigation has ended yet. */
  openDispatch: Record<string, unknown> | null;
  /** The seq of the newest dispatch; 0 where there was none. */
  dispatchSeq: number;
  /** The seq of the newest change of the status that has a key; 0 where there was none. */
  statusSeq: number;
};

/** The methods that the records are made of, and those from which something follows that a crash may have left out. */
const METHODS = [
  'incident.created',
  'incident.status_changed',
  'investigation.completed',
  'investigation.aborted',
  'investigation.dispatched',
  ...PLAN_METHODS,
  ...ROLLBACK_METHODS,
  'approval.requested',
  'approval.resolved',
] as const;

const SCAN_EVENTS = 2_000;

export type Records = ReturnType<typeof createRecords>;

/** The lists: incidents by tenant and the plans that wait. A projection, rebuilt from the log at every start. */
export const createRecords = () => {
  const incidents = new Map<string, Map<string, IncidentRecord>>();
  const plans = createPlanRecords();

  const ofTenant = (tenantId: string): Map<string, IncidentRecord> => {
    const known = incidents.get(tenantId);
    if (known !== undefined) return known;
    const made = new Map<string, IncidentRecord>();
    incidents.set(tenantId, made);
    return made;
  };

  const created = (event: LoggedEvent): void => {
    const { data } = IncidentCreated.safeParse(readParams(event));
    if (data === undefined || ofTenant(event.tenantId).has(data.incidentId)) return;
    // In one form, whatever the zone it was written in: incidents are listed in the order of these texts.
    const createdAt = new Date(data.timestamp ?? 0).toISOString();
    ofTenant(event.tenantId).set(data.incidentId, {
      tenantId: event.tenantId,
      incidentId: data.incidentId,
      title: data.title,
      description: data.description ?? '',
      severity: data.severity,
      status: data.status,
      source: data.source,
      createdAt,
      updatedAt: createdAt,
      rootCause: null,
      resolvedAt: null,
      openDispatch: null,
      dispatchSeq: 0,
      statusSeq: 0,
    });
  };

  const change = (event: LoggedEvent, incidentId: string, patch: Partial<IncidentRecord>): void => {
    const record = ofTenant(event.tenantId).get(incidentId);
    if (record === undefined) return;
    const { timestamp } = readParams(event);
    const updatedAt = typeof timestamp === 'string' ? timestamp : record.updatedAt;
    ofTenant(event.tenantId).set(incidentId, { ...record, updatedAt, ...patch });
  };

  const statusChanged = (event: LoggedEvent): void => {
    const params = readParams(event);
    // Also of a status that only a newer version knows: what is changed next has to follow it.
    if (event.key === statusKey(params.incidentId)) change(event, params.incidentId, { statusSeq: event.seq });
    const { data } = IncidentStatusChanged.safeParse(params);
    if (data === undefined) return;
    const resolvedAt = isOver(data.newStatus)
      ? (ofTenant(event.tenantId).get(data.incidentId)?.resolvedAt ?? data.timestamp ?? null)
      : null;
    change(event, data.incidentId, { status: data.newStatus, resolvedAt });
  };

  const apply = (event: LoggedEvent): void => {
    switch (event.method) {
      case 'incident.created':
        return created(event);
      case 'incident.status_changed':
        return statusChanged(event);
      case 'investigation.completed': {
        const { data } = InvestigationCompleted.safeParse(readParams(event));
        return data === undefined
          ? undefined
          : change(event, event.stream, { rootCause: data.rootCause, openDispatch: null });
      }
      case 'investigation.aborted':
        return change(event, event.stream, { openDispatch: null });
      case 'investigation.dispatched': {
        const { seq: _, ...params } = readParams(event);
        return change(event, params.incidentId, {
          openDispatch: params,
          dispatchSeq: event.key === '' ? 0 : event.seq,
        });
      }
      default:
        return plans.apply(event);
    }
  };

  return {
    apply,
    /** Reads the whole log once, up to the position that it answers; `onEvent` sees each event after it was applied. */
    async rebuild(log: EventLog, onEvent: (event: LoggedEvent) => void): Promise<number> {
      let readTo = 0;
      for await (const events of scanPages(log, { limit: SCAN_EVENTS, methods: METHODS })) {
        for (const event of events) {
          apply(event);
          onEvent(event);
          readTo = event.position;
        }
      }
      return readTo;
    },
    incident: (tenantId: string, incidentId: string): IncidentRecord | undefined =>
      incidents.get(tenantId)?.get(incidentId),
    /** Those of all tenants. */
    all: (): readonly IncidentRecord[] => [...incidents.values()].flatMap((ofOne) => [...ofOne.values()]),
    incidents: (tenantId: string): readonly IncidentRecord[] => [...(incidents.get(tenantId)?.values() ?? [])],
    openDispatches: (tenantId: string): readonly Record<string, unknown>[] =>
      [...(incidents.get(tenantId)?.values() ?? [])].flatMap((record) =>
        record.openDispatch === null ? [] : [record.openDispatch],
      ),
    plan: plans.plan,
    planOfApproval: plans.planOfApproval,
    pending: plans.pending,
  };
};
