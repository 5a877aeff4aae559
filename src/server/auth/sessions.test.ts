import { expect, onTestFinished, test, vi } from 'vitest';
import type { StateStore } from '../log/state-store.ts';
import { admin, JWT_SECRET, signed } from '../testing/people.ts';
import { createSessions } from './sessions.ts';
import { createTokens, createUpstreamTokens } from './tokens.ts';

/** A store in memory, which can be stopped before it writes. */
const createStore = () => {
  const entries = new Map<string, { value: unknown; revision: number }>();
  const lifetimes: (number | undefined)[] = [];
  let revision = 0;
  let beforePut: () => Promise<void> = async () => undefined;
  const store: StateStore = {
    get: async <T>(bucket: string, key: string) =>
      entries.get(bucket + key) as { value: T; revision: number } | undefined,
    async put(bucket, key, value, { expect: expected, ttlMs } = {}) {
      await beforePut();
      lifetimes.push(ttlMs);
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
    /** For how long each value was to be kept, in order. */
    lifetimes,
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

const DAY_MS = 24 * 3_600_000;
const YEAR_9999_S = 253_402_300_799;

test.each([
  ['a token that is verified here', createTokens({ mode: 'secret', secret: JWT_SECRET }), Number.POSITIVE_INFINITY],
  ['one that only the upstream can verify', createUpstreamTokens(), DAY_MS],
])('the session of %s is kept no longer than it should be, and says so', async (_, tokens, longestMs) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { store, lifetimes } = createStore();
  const sessions = createSessions(store, tokens);
  const token = await signed({ exp: YEAR_9999_S });
  const end = () => Math.min(YEAR_9999_S * 1_000, Date.now() + longestMs);
  const first = end();
  const { secret, person } = await sessions.start(token);
  expect(lifetimes).toEqual([first - Date.now()]);
  expect(person.expiresAt).toBe(first);
  vi.advanceTimersByTime(3_600_000);
  expect((await sessions.find(secret))?.person.expiresAt).toBe(first);
  expect((await sessions.renew(secret, token))?.expiresAt).toBe(end());
  expect(lifetimes.at(-1)).toBe(end() - Date.now());
  expect((await sessions.find(secret))?.person.expiresAt).toBe(end());
});
