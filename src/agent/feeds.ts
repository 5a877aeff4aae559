import type { RpcParams } from '../protocol/json-rpc.ts';
import { ConnectionEnded, type RelayRefused } from './errors.ts';
import { type AgentEvent, createFeed, type Feed } from './feed.ts';
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

type Ending = { reject: (error: Error) => void; onEnded: ((error: Error) => void) | undefined };

/** All subscriptions of a connection, one feed an incident, resumed on every new session. */
export const createFeeds = () => {
  const feeds = new Map<string, { feed: Feed; endings: Set<Ending> }>();
  let session: Session | undefined;

  const end = (incidentId: string, error: Error): void => {
    const ended = feeds.get(incidentId);
    feeds.delete(incidentId);
    for (const { reject, onEnded } of ended?.endings ?? []) {
      reject(error);
      onEnded?.(error);
    }
  };

  const feedOf = (incidentId: string) => {
    const known = feeds.get(incidentId);
    if (known !== undefined) return known;
    const made = {
      feed: createFeed(incidentId, (error: RelayRefused) => end(incidentId, error)),
      endings: new Set<Ending>(),
    };
    feeds.set(incidentId, made);
    if (session !== undefined) made.feed.resume(session);
    return made;
  };

  return {
    async subscribe(
      incidentId: string,
      listener: (event: AgentEvent) => void,
      options: SubscribeOptions,
    ): Promise<Subscription> {
      const { feed, endings } = feedOf(incidentId);
      const reader = { listener, position: options.afterSeq, onReset: options.onReset };
      const ending: Ending = { reject: () => undefined, onEnded: options.onEnded };
      endings.add(ending);
      const headSeq = await new Promise<number | undefined>((resolve, reject) => {
        ending.reject = reject;
        void feed.add(reader).then(resolve);
      });
      return {
        headSeq,
        unsubscribe: async () => {
          endings.delete(ending);
          feed.remove(reader);
          if (feed.readers() === 0 && feeds.get(incidentId)?.feed === feed) feeds.delete(incidentId);
        },
      };
    },
    receive(method: string, params: RpcParams): void {
      if (typeof params.incidentId === 'string') feeds.get(params.incidentId)?.feed.receive(method, params);
    },
    attach(next: Session): void {
      session = next;
      for (const { feed } of feeds.values()) feed.resume(next);
    },
    detach(): void {
      session = undefined;
      for (const { feed } of feeds.values()) feed.pause();
    },
    fail(reason: string): void {
      for (const incidentId of [...feeds.keys()]) end(incidentId, new ConnectionEnded(reason));
    },
  };
};
