/**
 * The port to small shared state that is no event: sessions, tickets, idempotency keys. Values are JSON-serialisable.
 * Every entry has a revision, so that a read-modify-write can be a compare-and-set, as in a replicated key-value store.
 */
export type Entry<T> = { value: T; revision: number };

export interface StateStore {
  /** undefined where the key is absent or has expired. */
  get<T>(bucket: string, key: string): Promise<Entry<T> | undefined>;

  /**
   * Resolves to the new revision once it is durable, or to undefined when `expect` did not hold: 'absent' means that
   * no live entry has the key, a number that it has this revision. Without `ttlMs` the entry stays.
   */
  put(
    bucket: string,
    key: string,
    value: unknown,
    options?: { ttlMs?: number; expect?: 'absent' | number },
  ): Promise<number | undefined>;

  /** Reads and deletes in one step: of many callers exactly one gets the entry. */
  take<T>(bucket: string, key: string): Promise<Entry<T> | undefined>;

  delete(bucket: string, key: string): Promise<void>;
}
