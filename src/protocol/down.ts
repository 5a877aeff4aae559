import type { z } from 'zod';
import { Connected, NoParams } from './connection.ts';
import {
  RemediationCheckRequested,
  RemediationClaimed,
  RemediationObjected,
  RemediationObjectionWithdrawn,
  RemediationPrecondition,
  RemediationRollbackFailed,
  RemediationRollbackRequested,
  RemediationRolledBack,
} from './decision-room.ts';
import { EvidenceCollected } from './evidence.ts';
import { fitsOf } from './fits.ts';
import { IncidentCreated, IncidentStatusChanged, InvestigationDispatched } from './incident.ts';
import {
  AgentInstructed,
  AgentStatusChanged,
  EvidenceCheckRequested,
  FeedbackSubmitted,
  HypothesisUpdated,
  InvestigationAborted,
  InvestigationCompleted,
  InvestigationContextAdded,
  InvestigationProgress,
  KnownSolutionDecided,
  KnownSolutionFound,
  PresenceChanged,
} from './investigation.ts';
import {
  ApprovalRequested,
  ApprovalResolved,
  RemediationApproved,
  RemediationExecuted,
  RemediationExecuting,
  RemediationExpired,
  RemediationFailed,
  RemediationProposed,
  RemediationRejected,
  RemediationStep,
} from './remediation.ts';

/** The events of an incident, each with its own params. */
export const incidentEvents = {
  'investigation.progress': InvestigationProgress,
  'investigation.completed': InvestigationCompleted,
  'investigation.aborted': InvestigationAborted,
  'investigation.context_added': InvestigationContextAdded,
  'investigation.known_solution_found': KnownSolutionFound,
  'investigation.known_solution_decided': KnownSolutionDecided,
  'investigation.feedback_submitted': FeedbackSubmitted,
  'agent.status': AgentStatusChanged,
  'agent.instructed': AgentInstructed,
  'evidence.collected': EvidenceCollected,
  'evidence.check_requested': EvidenceCheckRequested,
  'hypothesis.updated': HypothesisUpdated,
  'remediation.proposed': RemediationProposed,
  'remediation.approved': RemediationApproved,
  'remediation.rejected': RemediationRejected,
  'remediation.expired': RemediationExpired,
  'remediation.executing': RemediationExecuting,
  'remediation.step': RemediationStep,
  'remediation.executed': RemediationExecuted,
  'remediation.failed': RemediationFailed,
  'remediation.precondition': RemediationPrecondition,
  'remediation.check_requested': RemediationCheckRequested,
  'remediation.claimed': RemediationClaimed,
  'remediation.objected': RemediationObjected,
  'remediation.objection_withdrawn': RemediationObjectionWithdrawn,
  'remediation.rollback_requested': RemediationRollbackRequested,
  'remediation.rolled_back': RemediationRolledBack,
  'remediation.rollback_failed': RemediationRollbackFailed,
  'remediation.feedback_submitted': FeedbackSubmitted,
} as const;

/** What else a server sends: about the connection, the viewers, the tenant. */
export const otherNotifications = {
  connected: Connected,
  pong: NoParams,
  'presence.changed': PresenceChanged,
  'incident.created': IncidentCreated,
  'incident.status_changed': IncidentStatusChanged,
  'investigation.dispatched': InvestigationDispatched,
  'approval.requested': ApprovalRequested,
  'approval.resolved': ApprovalResolved,
} as const;

type Union<Methods extends Record<string, z.ZodType>> = {
  [Method in keyof Methods]: { method: Method; params: z.infer<Methods[Method]> };
}[keyof Methods];

export type IncidentNotification = Union<typeof incidentEvents>;
export type OtherNotification = Union<typeof otherNotifications>;
export type Down = IncidentNotification | OtherNotification;

/** A notification that this version doesn't know, or whose params it can't read: kept and shown as a generic row. */
export type UnknownNotification = { method: 'unknown'; name: string; params: Record<string, unknown> };

const known = new Map(
  Object.entries({ ...incidentEvents, ...otherNotifications }).map(([method, schema]) => [method, fitsOf(schema)]),
);

/** The one place where a server's notification gets its type. */
export const readNotification = (method: string, params: Record<string, unknown>): Down | UnknownNotification =>
  known.get(method)?.(params) === true ? ({ method, params } as Down) : { method: 'unknown', name: method, params };
