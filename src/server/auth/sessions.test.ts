import { expect, test } from 'vitest';
import type { StateStore } from '../log/state-store.ts';
import { admin, JWT_SECRET } from '../testing/people.ts';
import { createSessions } from './sessions.ts';
import { createTokens } from './tokens.ts';

/** A store in memory, which can be stopped before it writes. */
const createStore = () => {
  const entries = new Map<string, { value: unknown; revision: number }>();
  let revision = 0;
  let beforePut: () => Promise<void> = async () => undefined;
  const store: StateStore = {
    get: async <T>(bucket: string, key: string) =>
      entries.get(bucket + key) as { value: T; revision: number } | undefined,
    async put(bucket, key, value, { expect: expected } = {}) {
      await beforePut();
      const known = entries.get(bucket + key)?.revision;
      if (expected !== undefined && (expected === 'absent' ? known !== undefined : known !== expected))
        return undefined;
      revision += 1;
      entries.set(bucket + key, { value, revision });
      return revision;
    },
    take: async () => undefined,
    delete: async (bucket, key) => void entries.delete(bucket + key),
  };
  return {
    store,
    onPut(act: () => Promise<void>): void {
      beforePut = act;
    },
  };
};

test('who signs out while the session is renewed stays signed out', async () => {
  const { store, onPut } = createStore();
  const sessions = createSessions(store, createTokens({ mode: 'secret', secret: JWT_SECRET }));
  const { secret } = await sessions.start(await admin());
  expect(await sessions.renew(secret, await admin())).toMatchObject({ userId: 'usr_ana' });
  onPut(() => sessions.end(secret));
  expect(await sessions.renew(secret, await admin())).toBeUndefined();
  expect(await sessions.find(secret)).toBeUndefined();
});
