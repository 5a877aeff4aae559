import { SubscribeResult } from '../protocol/connection.ts';
import {
  type IncidentNotification,
  incidentEvents,
  readNotification,
  type UnknownNotification,
} from '../protocol/down.ts';
import type { RpcParams } from '../protocol/json-rpc.ts';
import { RelayRefused } from './errors.ts';
import { isTemporary } from './rpc-error.ts';
import type { Answer, Session } from './session.ts';

/** An event of an incident, typed by its method; one that this version doesn't know comes as 'unknown'. */
export type AgentEvent = IncidentNotification | UnknownNotification;

export type Reader = {
  listener: (event: AgentEvent) => void;
  position: number | undefined;
  onReset: (() => void) | undefined;
  /** A subscription that brings all it wants has begun; with the newest seq that the relay knows. */
  onBegun: (headSeq: number | undefined) => void;
  onEnded: (error: Error) => void;
};

export type Feed = {
  add: (reader: Reader) => void;
  remove: (reader: Reader) => void;
  resume: (session: Session) => void;
  pause: () => void;
  /** Ends all that there are, for good. */
  end: (error: Error) => void;
  receive: (method: string, params: RpcParams) => void;
};

type FeedOptions = {
  incidentId: string;
  session: Session | undefined;
  /** Nobody reads it, and nothing of it is on the wire any more. */
  onIdle: () => void;
};

type Answered = Exclude<Answer, { kind: 'lost' }>;

const RETRY_MS = 1_000;

/** Tenant-wide notifications that name the incident are no events of it. */
const isOfIncident = (event: ReturnType<typeof readNotification>): event is AgentEvent =>
  event.method === 'unknown' || Object.hasOwn(incidentEvents, event.method);

/** A listener's failure is its own: it surfaces as uncaught, and everybody else still gets the event. */
const deliver = (listener: (event: AgentEvent) => void, event: AgentEvent): void => {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
};

/**
 * The one subscription to an incident on the wire, and those who listen to it. Each reader has a position of its own
 * and gets what is past it, so that a replay made for one of them, or after a reconnect, repeats nothing to the rest.
 * Who came after it was asked for gets nothing of it: what passes may be far past what that reader has yet to hear.
 */
export const createFeed = ({ incidentId, onIdle, ...options }: FeedOptions): Feed => {
  const readers = new Set<Reader>();
  let { session } = options;
  /** Those for whom the subscription on the wire was asked; undefined where there is none. */
  let served: Set<Reader> | undefined;
  let isAsking = false;
  let epoch: string | undefined;
  let retry: NodeJS.Timeout | undefined;

  const endAll = (ended: Iterable<Reader>, error: Error): void => {
    const gone = [...ended].filter((reader) => readers.delete(reader));
    for (const reader of gone) reader.onEnded(error);
  };

  const accept = (asked: readonly Reader[], result: unknown): void => {
    const read = SubscribeResult.safeParse(result).data;
    epoch = read?.epoch ?? epoch;
    served = new Set(asked.filter((reader) => readers.has(reader)));
    for (const reader of served) {
      if (read?.reset === true) {
        reader.position = reader.position === undefined ? read.headSeq : 0;
        reader.onReset?.();
      }
      reader.position ??= read?.headSeq;
      reader.onBegun(read?.headSeq);
    }
  };

  const stopWaiting = (): void => {
    clearTimeout(retry);
    retry = undefined;
  };

  /**
   * The relay does not always answer in the order in which it is asked: a subscription that is still being made cannot
   * be ended, and one that has not ended is not made anew. So one thing is asked at a time.
   */
  const ask = (method: string, params: object, onAnswer: (answer: Answered) => void): void => {
    const mine = session;
    isAsking = true;
    // The answer is handled where it arrives, not a microtask later: events may follow it in the same frame.
    const take = (answer: Answer): void => {
      if (answer.kind === 'lost' || mine !== session) return;
      isAsking = false;
      if (answer.kind === 'error' && isTemporary(answer.error)) {
        retry = setTimeout(() => {
          retry = undefined;
          goOn();
        }, answer.error.retryAfterMs ?? RETRY_MS);
      } else onAnswer(answer);
      goOn();
    };
    mine?.send([{ method, paramsText: JSON.stringify(params), onAnswer: take }]);
  };

  const subscribe = (): void => {
    const asked = [...readers];
    const positions = asked.flatMap(({ position }) => (position === undefined ? [] : [position]));
    const start = positions.length === 0 ? {} : { afterSeq: Math.min(...positions), epoch };
    const params = { incidentId, batch: true, ...start };
    ask('investigation.subscribe', params, (answer) => {
      if (answer.kind === 'result') return accept(asked, answer.result);
      endAll(asked, new RelayRefused(answer.error.code, answer.error.message, answer.error.data));
    });
  };

  const unsubscribe = (): void =>
    ask('investigation.unsubscribe', { incidentId }, () => {
      // Also after an error: the relay then knows of none.
      served = undefined;
    });

  /** Asks for what those who read now lack. */
  const goOn = (): void => {
    if (isAsking) return;
    if (readers.size === 0 && served === undefined) {
      stopWaiting();
      return onIdle();
    }
    if (session === undefined || retry !== undefined) return;
    if (served === undefined) return subscribe();
    // A second reader may want what the wire has passed already: only a new subscription brings that again.
    if (readers.size === 0 || readers.size > served.size) unsubscribe();
  };

  const pause = (): void => {
    session = undefined;
    served = undefined;
    isAsking = false;
    stopWaiting();
    goOn();
  };

  return {
    add: (reader) => {
      readers.add(reader);
      goOn();
    },
    remove: (reader) => {
      readers.delete(reader);
      served?.delete(reader);
      goOn();
    },
    resume: (next) => {
      session = next;
      goOn();
    },
    pause,
    end: (error) => {
      pause();
      endAll(readers, error);
      goOn();
    },
    receive: (method, params) => {
      const event = readNotification(method, params);
      if (!isOfIncident(event)) return;
      const seq = typeof params.seq === 'number' ? params.seq : undefined;
      for (const reader of served ?? []) {
        if (seq !== undefined) {
          if (reader.position !== undefined && seq <= reader.position) continue;
          reader.position = seq;
        }
        deliver(reader.listener, event);
      }
    },
  };
};
