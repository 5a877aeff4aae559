import { z } from 'zod';
import { Id } from './ids.ts';
import { IncidentSource, IncidentStatus, Severity, Timestamp } from './values.ts';

const stamped = { eventId: Id.optional(), timestamp: Timestamp.optional() };

/** Tenant-wide: not part of any investigation's own stream. */
export const IncidentCreated = z.looseObject({
  ...stamped,
  incidentId: Id,
  title: z.string(),
  severity: Severity,
  status: IncidentStatus,
  source: IncidentSource,
  description: z.string().optional(),
  createdBy: z.string().optional(),
});

export const IncidentStatusChanged = z.looseObject({
  ...stamped,
  incidentId: Id,
  previousStatus: IncidentStatus,
  newStatus: IncidentStatus,
  by: z.string().optional(),
  /** The event that it follows from; a person's change has none. */
  cause: Id.optional(),
});

/** Tells agents to take an investigation up. */
export const InvestigationDispatched = z.looseObject({
  ...stamped,
  incidentId: Id,
  title: z.string(),
  description: z.string(),
  severity: Severity,
});

/** What an agent sends to open an incident; the relay chooses the incidentId where there is none. */
export const IncidentOpening = z.looseObject({
  incidentId: Id.optional(),
  eventId: Id.optional(),
  timestamp: Timestamp.optional(),
  title: z.string().min(1).max(300),
  description: z.string().max(4000).optional(),
  severity: Severity.default('medium'),
});
