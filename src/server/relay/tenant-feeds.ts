import { newId } from '../../protocol/ids.ts';
import { encodeEvent, encodeNotification } from '../../protocol/json-rpc.ts';
import type { Records } from '../incidents/records.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import type { Hub } from './hub.ts';
import type { Sink } from './sink.ts';

/** The tenant-wide event types: those of the notification stream. */
export const TENANT_EVENTS: ReadonlySet<string> = new Set([
  'investigation.progress',
  'investigation.completed',
  'investigation.known_solution_found',
  'remediation.proposed',
  'remediation.approved',
  'remediation.rejected',
  'remediation.expired',
  'remediation.executing',
  'remediation.executed',
  'remediation.failed',
  'incident.created',
  'incident.status_changed',
  'approval.requested',
  'approval.resolved',
]);

const PAGE_EVENTS = 500;

/** What a connection hears beside its incidents: the tenant's events, and investigations to take up. */
export const createTenantFeeds = (deps: {
  log: EventLog;
  hub: Hub;
  records: Records;
  sink: Sink;
  tenantId: string;
  /** The connection gets this one through a subscription of its incident. */
  hasAlready: (event: LoggedEvent) => boolean;
}) => {
  const { log, hub, records, sink, tenantId } = deps;
  const leave = new Map<'notifications' | 'dispatch', () => void>();

  const isWanted = (event: LoggedEvent): boolean => TENANT_EVENTS.has(event.method) && !deps.hasAlready(event);

  /** Everything after the named event, then live; where it is unknown, live only. */
  const startNotifications = async (afterEventId: string | undefined): Promise<void> => {
    let cursor = 0;
    let isLive = false;
    const after = afterEventId === undefined ? undefined : await log.find(tenantId, afterEventId);
    cursor = after?.position ?? Number.POSITIVE_INFINITY;
    const missed: { event: LoggedEvent; text: string }[] = [];
    leave.set(
      'notifications',
      hub.joinTenant(tenantId, (batch) => {
        for (const entry of batch) {
          if (!isWanted(entry.event)) continue;
          if (isLive) sink.send(entry.text);
          else missed.push(entry);
        }
      }),
    );
    while (Number.isFinite(cursor) && (await sink.room())) {
      const page = await log.scan({ afterPosition: cursor, limit: PAGE_EVENTS, tenantId, methods: [...TENANT_EVENTS] });
      for (const event of page) if (isWanted(event)) sink.send(encodeEvent(event.method, event.seq, event.params));
      const last = page.at(-1);
      if (last === undefined) break;
      cursor = last.position;
    }
    isLive = true;
    for (const { event, text } of missed) {
      if (!Number.isFinite(cursor) || event.position > cursor) sink.send(text);
    }
  };

  return {
    notificationsId: newId('sub'),
    dispatchId: newId('sub'),
    startNotifications,
    startDispatch(): void {
      if (leave.has('dispatch')) return;
      for (const params of records.openDispatches(tenantId)) {
        sink.send(encodeNotification('investigation.dispatched', params));
      }
      leave.set(
        'dispatch',
        hub.joinTenant(tenantId, (batch) => {
          for (const { event, text } of batch) if (event.method === 'investigation.dispatched') sink.send(text);
        }),
      );
    },
    isListening: (feed: 'notifications' | 'dispatch'): boolean => leave.has(feed),
    endAll(): void {
      for (const end of leave.values()) end();
      leave.clear();
    },
  };
};

export type TenantFeeds = ReturnType<typeof createTenantFeeds>;
