import {
  type IncidentNotification,
  incidentEvents,
  readNotification,
  type UnknownNotification,
} from '../protocol/down.ts';

/** An event as the fold takes it: identified, placed in time and order, its params typed by its method. */
export type IncidentEvent = {
  /** The relay's eventId; a name from the content where the relay keeps no positions. */
  id: string;
  /** null from a relay that knows the documented contract only; then order is that of arrival. */
  seq: number | null;
  /** Epoch milliseconds. */
  at: number;
} & (IncidentNotification | UnknownNotification);

/** FNV-1a over the text, in two independent halves: names content, protects nothing. */
const digest = (text: string): string => {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
};

const readAt = (timestamp: unknown, receivedAt: number): number => {
  const parsed = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(parsed) ? receivedAt : parsed;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A step as a bare string, as some relays send it, or as the API has it: both say the same. */
const stepText = (step: unknown): string =>
  typeof step === 'object' && step !== null && 'description' in step ? text(step.description) : text(step);

/**
 * The name of an event that came without a position, from what it is about: the same thing told twice (live, by the
 * API's stream, by a snapshot, or again after a reconnect) is one event. Only one of those knows an eventId.
 */
const nameOf = (method: string, params: Record<string, unknown>): string => {
  if (method === 'remediation.step') {
    return `${method}:${text(params.remediationId)}:${text(params.stepId)}:${text(params.status)}`;
  }
  if (method === 'remediation.proposed') {
    // Proposed anew under the same id it may be another plan.
    const steps: unknown[] = Array.isArray(params.steps) ? params.steps : [];
    return `${method}:${text(params.remediationId)}:${digest(JSON.stringify([text(params.title), ...steps.map(stepText)]))}`;
  }
  if (method.startsWith('remediation.')) return `${method}:${text(params.remediationId)}`;
  if (method === 'investigation.completed') return `${method}:${digest(text(params.rootCause))}`;
  const evidence = params.evidence;
  if (method === 'evidence.collected' && typeof evidence === 'object' && evidence !== null) {
    return `${method}:${'evidenceId' in evidence ? text(evidence.evidenceId) : ''}`;
  }
  if (method === 'investigation.progress' && params.timestamp !== undefined) {
    // A stream of the API and the relay tell the same thing, each with fields of its own.
    const at = readAt(params.timestamp, Number.NaN);
    return `${method}:${digest(JSON.stringify([params.incidentId, params.agentName, params.message, at]))}`;
  }
  return typeof params.eventId === 'string' ? params.eventId : `${method}:${digest(JSON.stringify(params))}`;
};

/**
 * Turns a notification into an event of its incident; undefined for one that is none (`pong`, tenant-wide ones).
 */
export const toIncidentEvent = (
  method: string,
  params: Record<string, unknown>,
  receivedAt: number,
): IncidentEvent | undefined => {
  const notification = readNotification(method, params);
  if (notification.method !== 'unknown' && !Object.hasOwn(incidentEvents, notification.method)) return undefined;
  if (typeof params.incidentId !== 'string') return undefined;
  return {
    id: typeof params.eventId === 'string' && typeof params.seq === 'number' ? params.eventId : nameOf(method, params),
    seq: typeof params.seq === 'number' ? params.seq : null,
    at: readAt(params.timestamp, receivedAt),
    ...(notification as IncidentNotification | UnknownNotification),
  };
};
