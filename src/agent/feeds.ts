import type { RpcParams } from '../protocol/json-rpc.ts';
import { ConnectionEnded } from './errors.ts';
import { type AgentEvent, createFeed, type Feed, type Reader } from './feed.ts';
import type { Session } from './session.ts';

export type SubscribeOptions = {
  /** Every event with a greater seq, then live ones; live ones only where absent. 0: from the start. */
  afterSeq?: number;
  /** The relay's log was lost or replaced: what was heard before counts no more, and all of the new one follows. */
  onReset?: () => void;
  /** The relay ended the subscription for good, for instance because the key may not read the incident any more. */
  onEnded?: (error: Error) => void;
};

export type Subscription = {
  /** The newest seq there was when the subscription began: who has heard it has caught up. */
  headSeq: number | undefined;
  unsubscribe: () => Promise<void>;
};

/** All subscriptions of a connection, one feed an incident, resumed on every new session. */
export const createFeeds = () => {
  const feeds = new Map<string, Feed>();
  let session: Session | undefined;

  const feedOf = (incidentId: string): Feed => {
    const known = feeds.get(incidentId);
    if (known !== undefined) return known;
    const onIdle = (): void => {
      if (feeds.get(incidentId) === feed) feeds.delete(incidentId);
    };
    const feed = createFeed({ incidentId, session, onIdle });
    feeds.set(incidentId, feed);
    return feed;
  };

  return {
    subscribe(
      incidentId: string,
      listener: (event: AgentEvent) => void,
      options: SubscribeOptions,
    ): Promise<Subscription> {
      const feed = feedOf(incidentId);
      return new Promise((resolve, reject) => {
        const reader: Reader = {
          listener,
          position: options.afterSeq,
          onReset: options.onReset,
          onBegun: (headSeq) => resolve({ headSeq, unsubscribe: async () => feed.remove(reader) }),
          onEnded: (error) => {
            reject(error);
            options.onEnded?.(error);
          },
        };
        feed.add(reader);
      });
    },
    receive(method: string, params: RpcParams): void {
      if (typeof params.incidentId === 'string') feeds.get(params.incidentId)?.receive(method, params);
    },
    attach(next: Session): void {
      session = next;
      for (const feed of feeds.values()) feed.resume(next);
    },
    detach(): void {
      session = undefined;
      for (const feed of feeds.values()) feed.pause();
    },
    fail(reason: string): void {
      for (const feed of feeds.values()) feed.end(new ConnectionEnded(reason));
    },
  };
};
