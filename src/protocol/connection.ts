import { z } from 'zod';
import { Id } from './ids.ts';

/** The most notifications in one batch frame to a subscriber that asked for batches. */
export const MAX_BATCH_EVENTS = 512;

export const SubscribeParams = z.looseObject({
  incidentId: Id,
  /** Every event with a greater seq, then live ones. */
  afterSeq: z.int().nonnegative().optional(),
  /** The log's life that `afterSeq` belongs to. */
  epoch: z.string().optional(),
  /** The last so many events, then live ones. */
  tail: z.int().nonnegative().max(10_000).optional(),
  /** Several notifications may come as one JSON-RPC batch array. */
  batch: z.boolean().optional(),
});
export type SubscribeParams = z.infer<typeof SubscribeParams>;

/** `epoch` and `headSeq` come from our relay only. */
export const SubscribeResult = z.looseObject({
  subscriptionId: Id,
  incidentId: Id,
  epoch: z.string().optional(),
  headSeq: z.int().nonnegative().optional(),
  reset: z.boolean().optional(),
});
export type SubscribeResult = z.infer<typeof SubscribeResult>;

export const UnsubscribeParams = z.union([z.looseObject({ subscriptionId: Id }), z.looseObject({ incidentId: Id })]);

export const NotificationsSubscribeParams = z.looseObject({ afterEventId: Id.optional() });
/** Tells those who watch the incident that this person has the plan open, or, with null, no longer. */
export const PresenceFocusParams = z.looseObject({ incidentId: Id, remediationId: Id.nullable() });
export const DispatchSubscribeParams = z.looseObject({ roles: z.array(z.string()).optional() });
export const AuthRefreshParams = z.looseObject({ token: z.string().min(1) });
export const NoParams = z.looseObject({});

export const Connected = z.looseObject({
  connectionId: Id,
  tenantId: Id.optional(),
  serverTime: z.string().optional(),
  /** What the server can do beyond the documented contract; absent on a server that knows only that. */
  capabilities: z.array(z.string()).optional(),
});

/** The names in `connected.params.capabilities`. */
export const CAPABILITIES = [
  'resume',
  'batch',
  'publish',
  'notifications',
  'dispatch',
  'presence',
  /** `auth.refresh` */
  'refresh',
  /** `presence.focus` */
  'focus',
  /** Preconditions that can be checked again, claims, objections, rollback and the decision record of a plan. */
  'decision-room',
  /** Instructions to single agents, and evidence that is collected again when asked for. */
  'instruct',
  /** `GET /v1/investigation/{incidentId}/snapshot`: a large incident opens without its whole log. */
  'snapshot',
] as const;
