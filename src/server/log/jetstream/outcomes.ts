import { LogUnavailable } from '../event-log.ts';
import type { AppendReply } from '../wire.ts';

type Waiting = { resolve: (replies: readonly AppendReply[]) => void; reject: (error: Error) => void };

/** What became of the messages that this node published, by their ids. Each is told once: applied, or given up. */
export class Outcomes {
  readonly #waiting = new Map<string, Waiting>();

  /** Rejects with `LogUnavailable` where it is given up. */
  expect(id: string): Promise<readonly AppendReply[]> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  isOpen(id: string): boolean {
    return this.#waiting.has(id);
  }

  applied(id: string, replies: readonly AppendReply[]): void {
    this.#take(id)?.resolve(replies);
  }

  giveUp(id: string, reason: string): void {
    this.#take(id)?.reject(new LogUnavailable(reason));
  }

  giveUpAll(reason: string): void {
    for (const id of [...this.#waiting.keys()]) this.giveUp(id, reason);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
