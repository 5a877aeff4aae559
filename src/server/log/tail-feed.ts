import type { EventLog, LoggedEvent } from './event-log.ts';
import type { AppendReply, AppendRequest, Failed, Ready, WriteReply, WriteRequest } from './wire.ts';

type Listener = Parameters<EventLog['tail']>[0];

/** Tells the listeners what became durable, each event once, in the log's order, also across a crash of the writer. */
export class TailFeed {
  readonly #listeners = new Set<Listener>();
  /** The newest position told; null before the first start of the writer. */
  position: number | null = null;

  tail(listener: Listener): () => void {
    // Wrapped, so that one function can listen twice and each registration ends alone.
    const own: Listener = (events) => listener(events);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  start({ position, missed }: Ready): void {
    this.position = position;
    this.#tell(missed);
  }

  tellCommitted(requests: readonly WriteRequest[], replies: readonly (WriteReply | Failed)[]): void {
    const events: LoggedEvent[] = [];
    requests.forEach((request, index) => {
      const reply = replies[index];
      if (request[0] === 'append' && reply?.[0] === 'appended') collect(request, reply, events);
      if (request[0] !== 'apply' || reply?.[0] !== 'applied') return;
      for (const [place, append] of request[5].entries()) collect(append, reply[1][place], events);
    });
    this.position = events.at(-1)?.position ?? this.position;
    this.#tell(events);
  }

  #tell(events: readonly LoggedEvent[]): void {
    if (events.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        // A listener's bug must not keep the others or the append waiting, nor be hidden: it is an uncaught exception.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

const collect = (
  [, tenantId, stream, tuples]: AppendRequest,
  reply: AppendReply | undefined,
  into: LoggedEvent[],
): void => {
  if (reply?.[0] !== 'appended') return;
  const [, seqsAndPositions] = reply;
  tuples.forEach(([eventId, method, key, params], index) => {
    const seq = seqsAndPositions[2 * index] ?? 0;
    const position = seqsAndPositions[2 * index + 1] ?? 0;
    if (position > 0) into.push({ tenantId, stream, seq, position, eventId, method, key, params });
  });
};
