import { AUDITED_ACTIONS, type AuditEntry } from '../../protocol/api-steering.ts';
import { readActor } from '../incidents/actor.ts';
import { isImported, readParams } from '../incidents/stored-event.ts';
import { type LoggedEvent, TENANT_STREAM } from '../log/event-log.ts';

type Audited = Pick<
  AuditEntry,
  'action' | 'actorType' | 'actorId' | 'actorEmail' | 'resourceType' | 'resourceId' | 'incidentId' | 'metadata'
>;

const BY_AGENTS: ReadonlySet<string> = new Set([
  'investigation.completed',
  'remediation.proposed',
  'remediation.executed',
  'remediation.failed',
  'remediation.precondition',
  'remediation.rolled_back',
  'remediation.rollback_failed',
]);

const audited: ReadonlySet<string> = new Set(AUDITED_ACTIONS);

const KEPT = [
  'previousStatus',
  'newStatus',
  'reason',
  'planDigest',
  'seenSeq',
  'seenDigest',
  'claimedBy',
  'preconditionId',
  'observed',
  'agentName',
  'instruction',
  'message',
  'approvals',
  'approvalsRequired',
  'action',
  'rating',
  'outcome',
  'title',
  'rootCause',
  'confidence',
  'context',
] as const;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Of a person or of an agent's key, whichever it was that came. */
const ofRefusal = ({ userId, by, agentKey, what, reason, omitted }: Record<string, unknown>): Audited => ({
  action: 'access.refused',
  actorType: agentKey === undefined ? 'user' : 'ai_agent',
  actorId: text(userId) ?? text(agentKey),
  actorEmail: text(by),
  resourceType: 'call',
  resourceId: String(what),
  incidentId: null,
  metadata: { reason, ...(omitted === undefined ? {} : { omitted }) },
});

/**
 * A precondition is looked at every few seconds; only one that changed is worth an entry. Of an imported record it is
 * only that it was opened here: what its lines say, an opening among them, is on record where it happened.
 */
export const isAudited = (event: LoggedEvent): boolean =>
  audited.has(event.method) &&
  (event.method !== 'remediation.precondition' || readParams(event).status === 'changed') &&
  (!isImported(event) || (event.method === 'incident.created' && event.stream === TENANT_STREAM));

type Who = Pick<Audited, 'actorType' | 'actorId' | 'actorEmail'>;

/** Of an event that says not who the server found to have acted: an old one, or one of the server's own. */
const ofParams = (method: string, params: Record<string, unknown>): Who => {
  const person = text(params.by) ?? text(params.createdBy);
  const isPerson = person?.includes('@') === true;
  return {
    actorType: BY_AGENTS.has(method) ? 'ai_agent' : isPerson ? 'user' : 'system',
    actorId: text(params.userId) ?? person ?? text(params.agentName),
    actorEmail: isPerson ? person : null,
  };
};

const whoActed = (method: string, params: Record<string, unknown>): Who => {
  const actor = readActor(params);
  return actor === undefined
    ? ofParams(method, params)
    : { actorType: actor.type, actorId: actor.id, actorEmail: actor.email ?? null };
};

/** The entry that an event leaves, but for its place in the chain. */
export const auditedOf = (event: LoggedEvent): Audited => {
  const params = readParams(event);
  if (event.method === 'access.refused') return ofRefusal(params);
  const remediationId = text(params.remediationId);
  const incidentId = event.stream === TENANT_STREAM ? text(params.incidentId) : event.stream;
  return {
    action: event.method,
    ...whoActed(event.method, params),
    resourceType: remediationId === null ? 'incident' : 'remediation',
    resourceId: remediationId ?? incidentId ?? '',
    incidentId,
    metadata: Object.fromEntries(KEPT.flatMap((key) => (params[key] === undefined ? [] : [[key, params[key]]]))),
  };
};
