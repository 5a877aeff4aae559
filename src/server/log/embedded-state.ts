import type { Entry, StateStore } from './state-store.ts';
import { assertStorable } from './storable.ts';
import { replyOf } from './wire.ts';
import type { Reader, Writer } from './workers.ts';

/** The state store beside the embedded log; its writes share the log's group commits. */
export const createEmbeddedState = (writer: Writer, reader: Reader, now: () => number): StateStore => ({
  async get<T>(bucket: string, key: string): Promise<Entry<T> | undefined> {
    assertStorable(bucket, key);
    const [, value, revision] = replyOf(await reader.call(['get', bucket, key, now()]), 'entry');
    return value === undefined ? undefined : { value: JSON.parse(value), revision };
  },

  async put(bucket, key, value, { ttlMs, expect = null }: { ttlMs?: number; expect?: 'absent' | number | null } = {}) {
    assertStorable(bucket, key);
    const json: string | undefined = JSON.stringify(value);
    if (json === undefined) throw new TypeError(`The value of ${bucket}/${key} cannot be stored as JSON.`);
    const time = now();
    const expiresAt = ttlMs === undefined ? null : time + ttlMs;
    return replyOf(await writer.call(['put', bucket, key, json, time, expiresAt, expect]), 'put')[1];
  },

  async take<T>(bucket: string, key: string): Promise<Entry<T> | undefined> {
    assertStorable(bucket, key);
    const [, value, revision] = replyOf(await writer.call(['take', bucket, key, now()]), 'entry');
    return value === undefined ? undefined : { value: JSON.parse(value), revision };
  },

  async delete(bucket, key) {
    assertStorable(bucket, key);
    await writer.call(['delete', bucket, key]);
  },
});
