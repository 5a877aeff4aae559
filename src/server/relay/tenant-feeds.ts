import { newId } from '../../protocol/ids.ts';
import { encodeNotification } from '../../protocol/json-rpc.ts';
import { PLAN_METHODS, ROLLBACK_METHODS } from '../../protocol/remediation.ts';
import type { Records } from '../incidents/records.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import type { Meters } from '../metrics/meters.ts';
import type { Feed } from './feed.ts';
import type { Hub } from './hub.ts';
import { createLeftEvents, type Ended } from './left-events.ts';
import type { Sink } from './sink.ts';
import { startTenantFeed, type TenantFeed } from './tenant-feed.ts';

/** The tenant-wide event types: those of the notification stream. */
export const TENANT_EVENTS: ReadonlySet<string> = new Set([
  'investigation.progress',
  'investigation.completed',
  'investigation.known_solution_found',
  ...PLAN_METHODS,
  ...ROLLBACK_METHODS,
  'incident.created',
  'incident.status_changed',
  'approval.requested',
  'approval.resolved',
]);

/** What a connection hears beside its incidents: the tenant's events, and investigations to take up. */
export const createTenantFeeds = (deps: {
  log: EventLog;
  hub: Hub;
  records: Records;
  sink: Sink;
  meters: Meters;
  tenantId: string;
  /** The feed of its incident through which the connection gets this one, or has got it. */
  feedWith: (event: LoggedEvent) => Feed | undefined;
  onFailure: (error: unknown) => void;
}) => {
  const { hub, records, sink, tenantId } = deps;
  const leave = new Map<'notifications' | 'dispatch', () => void>();
  const leftEvents = createLeftEvents();
  let notifications: TenantFeed | null = null;
  let isOver = false;

  return {
    notificationsId: newId('sub'),
    dispatchId: newId('sub'),
    /** Everything after the named event, then live; where it is unknown, live only. */
    startNotifications(afterEventId: string | undefined): void {
      if (isOver || leave.has('notifications')) return;
      const wants = (event: LoggedEvent): boolean => leftEvents.wants(event, deps.feedWith(event));
      notifications = startTenantFeed({ ...deps, methods: TENANT_EVENTS, wants }, afterEventId);
      leave.set('notifications', notifications.stop);
    },
    /** A feed of an incident has ended: what it was to bring, and was left to it, is delivered after all. */
    takeBack(ended: Ended): void {
      if (notifications === null) return;
      const after = leftEvents.takeBack(ended, notifications.position());
      if (after !== undefined) notifications.rewind(after);
    },
    startDispatch(): void {
      if (isOver || leave.has('dispatch')) return;
      for (const params of records.openDispatches(tenantId)) {
        sink.send(encodeNotification('investigation.dispatched', params));
      }
      leave.set(
        'dispatch',
        hub.joinTenant(tenantId, (batch) => {
          for (const { event, text } of batch) {
            if (event.method !== 'investigation.dispatched') continue;
            deps.meters.deliveries += 1;
            sink.send(text);
          }
        }),
      );
    },
    isActive: (kind: 'notifications' | 'dispatch'): boolean => leave.has(kind),
    isTakingDispatches: (): boolean => leave.has('dispatch'),
    endAll(): void {
      isOver = true;
      for (const end of leave.values()) end();
      leave.clear();
    },
  };
};

export type TenantFeeds = ReturnType<typeof createTenantFeeds>;
