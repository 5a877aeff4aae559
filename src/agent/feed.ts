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
import type { Session } from './session.ts';

/** An event of an incident, typed by its method; one that this version doesn't know comes as 'unknown'. */
export type AgentEvent = IncidentNotification | UnknownNotification;

type Reader = {
  listener: (event: AgentEvent) => void;
  position: number | undefined;
  onReset: (() => void) | undefined;
};

export type Feed = {
  /** Resolves to the newest seq that the relay knows. */
  add: (reader: Reader) => Promise<number | undefined>;
  remove: (reader: Reader) => void;
  readers: () => number;
  resume: (session: Session) => void;
  pause: () => void;
  receive: (method: string, params: RpcParams) => void;
};

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
 */
export const createFeed = (incidentId: string, onRefused: (error: RelayRefused) => void): Feed => {
  const readers = new Set<Reader>();
  let session: Session | undefined;
  let epoch: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let settled: ((headSeq: number | undefined) => void)[] = [];

  const start = (): number | undefined => {
    const positions = [...readers].flatMap(({ position }) => (position === undefined ? [] : [position]));
    return positions.length === 0 ? undefined : Math.min(...positions);
  };

  const accept = (result: unknown): void => {
    const read = SubscribeResult.safeParse(result);
    if (read.success) {
      const { headSeq, reset } = read.data;
      epoch = read.data.epoch ?? epoch;
      for (const reader of readers) {
        if (reset === true) {
          reader.position = reader.position === undefined ? headSeq : 0;
          reader.onReset?.();
        }
        reader.position ??= headSeq;
      }
    }
    for (const resolve of settled) resolve(read.success ? read.data.headSeq : undefined);
    settled = [];
  };

  const subscribe = (): void => {
    clearTimeout(retry);
    const mine = session;
    if (mine === undefined || readers.size === 0) return;
    const afterSeq = start();
    const params = {
      incidentId,
      batch: true,
      ...(afterSeq === undefined ? {} : { afterSeq }),
      ...(afterSeq === undefined || epoch === undefined ? {} : { epoch }),
    };
    // The answer is handled where it arrives, not a microtask later: events may follow it in the same frame.
    mine.send([
      {
        method: 'investigation.subscribe',
        paramsText: JSON.stringify(params),
        onAnswer: (answer) => {
          if (answer.kind === 'lost' || mine !== session) return;
          if (answer.kind === 'result') return accept(answer.result);
          if (isTemporary(answer.error)) {
            retry = setTimeout(subscribe, answer.error.retryAfterMs ?? RETRY_MS);
            return;
          }
          onRefused(new RelayRefused(answer.error.code, answer.error.message, answer.error.data));
        },
      },
    ]);
  };

  const unsubscribe = (): void => {
    session?.send([
      {
        method: 'investigation.unsubscribe',
        paramsText: JSON.stringify({ incidentId }),
        onAnswer: () => undefined,
      },
    ]);
  };

  return {
    add: (reader) => {
      // A second reader may want what the wire has passed already: only a new subscription brings that again.
      if (readers.size > 0) unsubscribe();
      readers.add(reader);
      subscribe();
      return new Promise((resolve) => settled.push(resolve));
    },
    remove: (reader) => {
      readers.delete(reader);
      if (readers.size > 0) return;
      clearTimeout(retry);
      unsubscribe();
    },
    readers: () => readers.size,
    resume: (next) => {
      session = next;
      subscribe();
    },
    pause: () => {
      session = undefined;
      clearTimeout(retry);
    },
    receive: (method, params) => {
      const event = readNotification(method, params);
      if (!isOfIncident(event)) return;
      const seq = typeof params.seq === 'number' ? params.seq : undefined;
      for (const reader of [...readers]) {
        if (seq !== undefined) {
          if (reader.position !== undefined && seq <= reader.position) continue;
          reader.position = seq;
        }
        deliver(reader.listener, event);
      }
    },
  };
};
