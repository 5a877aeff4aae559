import type { SubscribeParams } from '../../protocol/connection.ts';
import { RpcCode } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import type { Meters } from '../metrics/meters.ts';
import { createFeed, type Feed } from './feed.ts';
import type { Hub } from './hub.ts';
import type { Ended } from './left-events.ts';
import { type Outcome, ok, refused } from './outcome.ts';
import type { Sink } from './sink.ts';
import { seqBeforeLast } from './tail-start.ts';

const RETRY_AFTER_MS = 1_000;

type Kind = 'investigation' | 'remediation';
/** `handedOver`: up to this seq the plans' events had been delivered by another subscription when this one began. */
type Subscription = {
  subscriptionId: string;
  incidentId: string;
  kind: Kind;
  feed: Feed;
  handedOver: number;
  leave: (() => void) | null;
};

const isOfPlan = (event: LoggedEvent): boolean => event.method.startsWith('remediation.');

/** The incident subscriptions of one connection. */
export const createSubscriptions = (deps: {
  log: EventLog;
  hub: Hub;
  sink: Sink;
  meters: Meters;
  tenantId: string;
  /** Incidents that one connection can watch at a time. */
  most: number;
  /** There were as many. */
  onLimit: () => void;
  /** Counts this connection's person among those who look at the incident, until the returned function is called. */
  watch: (incidentId: string) => () => void;
  /** A subscription has ended, maybe before it delivered all that it was about. */
  onEnd: (ended: Ended) => void;
  onFailure: (error: unknown) => void;
}) => {
  const { log, hub, sink, meters, tenantId } = deps;
  const active = new Map<string, Subscription>();
  let isOver = false;

  const nameOf = (kind: Kind, incidentId: string): string => `${kind}:${incidentId}`;
  const feedOf = (kind: Kind, incidentId: string): Feed | undefined => active.get(nameOf(kind, incidentId))?.feed;

  /** The feed of this kind that is about the event. */
  const covering = (kind: Kind, event: LoggedEvent): Feed | undefined => {
    const feed = feedOf(kind, event.stream);
    return feed !== undefined && event.seq > feed.afterSeq ? feed : undefined;
  };

  /**
   * Where two subscriptions of one incident overlap, each event comes once: the investigation delivers all that it
   * covers, less the plans' events that had been delivered when it began.
   */
  const wantsOf = (kind: Kind, incidentId: string): ((event: LoggedEvent) => boolean) => {
    if (kind === 'remediation') return (event) => isOfPlan(event) && covering('investigation', event) === undefined;
    const before = feedOf('remediation', incidentId);
    const told = { from: before?.afterSeq ?? 0, to: before?.position() ?? 0 };
    return (event) => !isOfPlan(event) || event.seq <= told.from || event.seq > told.to;
  };

  const startSeq = async (params: SubscribeParams, headSeq: number): Promise<{ afterSeq: number; reset: boolean }> => {
    const { afterSeq, epoch, tail } = params;
    const stale = (epoch !== undefined && epoch !== log.epoch) || (afterSeq !== undefined && afterSeq > headSeq);
    if (afterSeq !== undefined && !stale) return { afterSeq, reset: false };
    if (tail !== undefined) {
      return {
        afterSeq: await seqBeforeLast(log, { tenantId, stream: params.incidentId }, headSeq, tail),
        reset: stale,
      };
    }
    return stale ? { afterSeq: 0, reset: true } : { afterSeq: headSeq, reset: false };
  };

  /** What is answered without a new subscription: there is one already, or there can't be one more. */
  const answerAtOnce = (
    kind: Kind,
    incidentId: string,
    position: { epoch: string; headSeq: number },
  ): Outcome | undefined => {
    const known = active.get(nameOf(kind, incidentId));
    if (known !== undefined) return ok({ subscriptionId: known.subscriptionId, incidentId, ...position });
    if (!isOver && active.size < deps.most) return undefined;
    deps.onLimit();
    return refused(RpcCode.limitReached, `A connection can hold ${deps.most} subscriptions.`, {
      error: 'subscription_limit',
      retryAfterMs: RETRY_AFTER_MS,
    });
  };

  /** Up to which seq all that a feed is about has been delivered; that of plans passes over what the other covers. */
  const reachedBy = ({ kind, incidentId, feed }: Subscription): number => {
    const other = kind === 'remediation' ? active.get(nameOf('investigation', incidentId)) : undefined;
    return other === undefined
      ? feed.position()
      : Math.min(feed.position(), Math.max(other.handedOver, other.feed.position()));
  };

  const end = (subscription: Subscription): void => {
    const { kind, incidentId, feed, handedOver, leave } = subscription;
    feed.stop();
    leave?.();
    active.delete(nameOf(kind, incidentId));
    if (kind === 'investigation') {
      // What it covered and did not get to, the other delivers.
      const other = feedOf('remediation', incidentId);
      other?.rewind(Math.max(other.afterSeq, handedOver, feed.position()));
    }
    const isAbout = (event: LoggedEvent): boolean =>
      event.stream === incidentId && (kind === 'investigation' || isOfPlan(event));
    deps.onEnd({ feed, reached: reachedBy(subscription), isAbout });
  };

  return {
    async subscribe(kind: Kind, params: SubscribeParams): Promise<Outcome> {
      const { incidentId } = params;
      const headSeq = await log.head({ tenantId, stream: incidentId });
      const position = { epoch: log.epoch, headSeq };
      // Before the start is looked for, which may cost much, and once more after it: one may have been made meanwhile.
      const first = answerAtOnce(kind, incidentId, position);
      if (first !== undefined) return first;
      const start = await startSeq(params, headSeq);
      const second = answerAtOnce(kind, incidentId, position);
      if (second !== undefined) return second;
      const handedOver = kind === 'investigation' ? (feedOf('remediation', incidentId)?.position() ?? 0) : 0;
      const feed = createFeed({
        hub,
        sink,
        meters,
        tenantId,
        stream: incidentId,
        afterSeq: start.afterSeq,
        batch: params.batch === true,
        wants: wantsOf(kind, incidentId),
        onFailure: deps.onFailure,
      });
      const subscriptionId = newId('sub');
      const subscription: Subscription = { subscriptionId, incidentId, kind, feed, handedOver, leave: null };
      active.set(nameOf(kind, incidentId), subscription);
      const begin = (): void => {
        feed.start();
        // It may have been ended in the batch that began it.
        const isActive = active.get(nameOf(kind, incidentId)) === subscription;
        if (kind === 'investigation' && isActive) subscription.leave = deps.watch(incidentId);
      };
      return {
        kind: 'stream',
        result: {
          subscriptionId,
          incidentId,
          ...position,
          ...(start.reset ? { reset: true } : {}),
        },
        start: begin,
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

    count: (kind: Kind): number => [...active.values()].filter((known) => known.kind === kind).length,
    /** Of the one furthest behind. */
    lag: (): number => Math.max(0, ...[...active.values()].map(({ feed }) => feed.lag())),
    isSlow: (): boolean => [...active.values()].some(({ feed }) => feed.isSlow()),
    /** The feed that delivers this event, or has delivered it. */
    feedWith: (event: LoggedEvent): Feed | undefined =>
      covering('investigation', event) ?? (isOfPlan(event) ? covering('remediation', event) : undefined),
    /** Ends all, also those that are still being made. */
    endAll(): void {
      isOver = true;
      for (const subscription of [...active.values()]) end(subscription);
    },
  };
};

export type Subscriptions = ReturnType<typeof createSubscriptions>;
