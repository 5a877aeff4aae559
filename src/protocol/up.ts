import type { z } from 'zod';
import {
  AuthRefreshParams,
  DispatchSubscribeParams,
  NoParams,
  NotificationsSubscribeParams,
  PresenceFocusParams,
  SubscribeParams,
  UnsubscribeParams,
} from './connection.ts';
import { incidentEvents } from './down.ts';
import { IncidentOpening } from './incident.ts';

/** What anybody may call. */
export const calls = {
  ping: NoParams,
  'investigation.subscribe': SubscribeParams,
  'investigation.unsubscribe': UnsubscribeParams,
  'remediation.subscribe': SubscribeParams,
  'remediation.unsubscribe': UnsubscribeParams,
  'notifications.subscribe': NotificationsSubscribeParams,
  'presence.focus': PresenceFocusParams,
  'dispatch.subscribe': DispatchSubscribeParams,
  'auth.refresh': AuthRefreshParams,
  'rpc.discover': NoParams,
} as const;

/** What an agent publishes: the methods that subscribers receive, and an incident of its own. */
export const publications = { ...incidentEvents, 'incident.created': IncidentOpening } as const;

export type CallMethod = keyof typeof calls;
export type PublicationMethod = keyof typeof publications;
/**
 * What a publisher writes; the relay adds what is missing of eventId, timestamp and seq, and says by `actor` which key it
 * was.
 */
export type PublicationParams<Method extends PublicationMethod> = z.input<(typeof publications)[Method]>;
