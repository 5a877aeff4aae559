import type { SubscribeParams } from '../../protocol/connection.ts';
import { RpcCode } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import type { EventLog } from '../log/event-log.ts';
import { createFeed, type Feed } from './feed.ts';
import type { Hub } from './hub.ts';
import { type Outcome, ok, refused } from './outcome.ts';
import type { Sink } from './sink.ts';

/** Incidents that one connection can watch at a time. */
const MAX_SUBSCRIPTIONS = 200;
const RETRY_AFTER_MS = 1_000;

type Kind = 'investigation' | 'remediation';
type Subscription = { subscriptionId: string; incidentId: string; kind: Kind; feed: Feed };

/** The incident subscriptions of one connection. */
export const createSubscriptions = (deps: {
  log: EventLog;
  hub: Hub;
  sink: Sink;
  tenantId: string;
  onFailure: (error: unknown) => void;
}) => {
  const { log, hub, sink, tenantId } = deps;
  const active = new Map<string, Subscription>();

  const nameOf = (kind: Kind, incidentId: string): string => `${kind}:${incidentId}`;
  const feedOf = (kind: Kind, incidentId: string): Feed | undefined => active.get(nameOf(kind, incidentId))?.feed;

  /** Where two subscriptions of one incident overlap, the investigation's delivers and each event comes once. */
  const wantsOf = (kind: Kind, incidentId: string) =>
    kind === 'investigation'
      ? (event: { method: string; seq: number }) =>
          !event.method.startsWith('remediation.') || feedOf('remediation', incidentId)?.hasPassed(event.seq) !== true
      : (event: { method: string; seq: number }) =>
          event.method.startsWith('remediation.') && feedOf('investigation', incidentId)?.covers(event.seq) !== true;

  const startSeq = async (params: SubscribeParams, headSeq: number): Promise<{ afterSeq: number; reset: boolean }> => {
    const { afterSeq, epoch, tail } = params;
    const stale = (epoch !== undefined && epoch !== log.epoch) || (afterSeq !== undefined && afterSeq > headSeq);
    if (afterSeq !== undefined && !stale) return { afterSeq, reset: false };
    if (tail !== undefined) {
      if (tail === 0) return { afterSeq: headSeq, reset: stale };
      const stream = params.incidentId;
      const last = await log.read({ tenantId, stream, beforeSeq: headSeq + 1, take: 'descending', limit: tail });
      return { afterSeq: (last.events[0]?.seq ?? headSeq + 1) - 1, reset: stale };
    }
    return stale ? { afterSeq: 0, reset: true } : { afterSeq: headSeq, reset: false };
  };

  const end = (subscription: Subscription): void => {
    subscription.feed.stop();
    active.delete(nameOf(subscription.kind, subscription.incidentId));
  };

  return {
    async subscribe(kind: Kind, params: SubscribeParams): Promise<Outcome> {
      const { incidentId } = params;
      const headSeq = await log.head({ tenantId, stream: incidentId });
      const position = { epoch: log.epoch, headSeq };
      const known = active.get(nameOf(kind, incidentId));
      if (known !== undefined) return ok({ subscriptionId: known.subscriptionId, incidentId, ...position });
      if (active.size >= MAX_SUBSCRIPTIONS) {
        return refused(RpcCode.limitReached, `A connection can hold ${MAX_SUBSCRIPTIONS} subscriptions.`, {
          error: 'subscription_limit',
          retryAfterMs: RETRY_AFTER_MS,
        });
      }
      const start = await startSeq(params, headSeq);
      const raced = active.get(nameOf(kind, incidentId));
      if (raced !== undefined) return ok({ subscriptionId: raced.subscriptionId, incidentId, ...position });
      const feed = createFeed({
        log,
        hub,
        sink,
        tenantId,
        stream: incidentId,
        afterSeq: start.afterSeq,
        batch: params.batch === true,
        wants: wantsOf(kind, incidentId),
        onFailure: deps.onFailure,
      });
      const subscription = { subscriptionId: newId('sub'), incidentId, kind, feed };
      active.set(nameOf(kind, incidentId), subscription);
      return {
        kind: 'stream',
        result: {
          subscriptionId: subscription.subscriptionId,
          incidentId,
          ...position,
          ...(start.reset ? { reset: true } : {}),
        },
        start: feed.start,
      };
    },

    unsubscribe(target: { subscriptionId?: unknown; incidentId?: unknown }, kind?: Kind): Outcome {
      const found = [...active.values()].filter(
        (known) =>
          (kind === undefined || known.kind === kind) &&
          (typeof target.subscriptionId === 'string'
            ? known.subscriptionId === target.subscriptionId
            : known.incidentId === target.incidentId),
      );
      const [first] = found;
      if (first === undefined) {
        return refused(RpcCode.subscriptionNotFound, 'There is no such subscription.', {
          error: 'subscription_not_found',
        });
      }
      for (const subscription of found) end(subscription);
      return ok({ subscriptionId: first.subscriptionId, incidentId: first.incidentId });
    },

    /** Every event of the incident reaches this connection already. */
    isWatching: (incidentId: string): boolean => active.has(nameOf('investigation', incidentId)),
    endAll(): void {
      for (const subscription of [...active.values()]) end(subscription);
    },
  };
};

export type Subscriptions = ReturnType<typeof createSubscriptions>;
