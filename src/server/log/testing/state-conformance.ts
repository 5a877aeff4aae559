import { describe, expect, onTestFinished, test } from 'vitest';
import type { StateStore } from '../state-store.ts';

export type OpenState = (now: () => number) => Promise<{ state: StateStore; close(): Promise<void> }>;

/** What every adapter of the port `StateStore` must do; `open` gives an empty store that takes the time from `now`. */
export const describeStateStore = (name: string, open: OpenState): void => {
  const opened = async (clock = { time: 1_000_000 }): Promise<StateStore> => {
    const { state, close } = await open(() => clock.time);
    onTestFinished(close);
    return state;
  };

  describe(`${name} as a state store`, () => {
    test('a value is there as it was put, under its bucket and key only', async () => {
      const state = await opened();
      const value = { user: 'usr_1', roles: ['admin'], nested: { nothing: null } };
      const revision = await state.put('sessions', 's1', value);
      expect(await state.get('sessions', 's1')).toEqual({ value, revision });
      expect(await state.get('tickets', 's1')).toBeUndefined();
      expect(await state.get('sessions', 's2')).toBeUndefined();
    });

    test('revisions increase with every put, also after a delete', async () => {
      const state = await opened();
      const revisions = [await state.put('b', 'k', 1), await state.put('b', 'k', 2), await state.put('b', 'other', 3)];
      await state.delete('b', 'k');
      revisions.push(await state.put('b', 'k', 4));
      const numbers = revisions.map((revision) => revision ?? 0);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(4);
    });

    test('a put that expects absence is refused where a live entry is', async () => {
      const state = await opened();
      expect(await state.put('b', 'k', 1, { expect: 'absent' })).toBeTypeOf('number');
      expect(await state.put('b', 'k', 2, { expect: 'absent' })).toBeUndefined();
      expect((await state.get('b', 'k'))?.value).toBe(1);
    });

    test('a put that expects a revision is refused where another one is', async () => {
      const state = await opened();
      const first = await state.put('b', 'k', 1);
      const second = await state.put('b', 'k', 2, { expect: first ?? 0 });
      expect(second).toBeTypeOf('number');
      expect(await state.put('b', 'k', 3, { expect: first ?? 0 })).toBeUndefined();
      expect(await state.put('b', 'absent', 3, { expect: first ?? 0 })).toBeUndefined();
      expect(await state.get('b', 'k')).toEqual({ value: 2, revision: second });
    });

    test('of many concurrent puts that expect the same revision one gets through', async () => {
      const state = await opened();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => state.put('b', 'k', index, { expect: 'absent' })),
      );
      expect(results.filter((revision) => revision !== undefined)).toHaveLength(1);
    });

    test('of many concurrent takers exactly one gets the entry', async () => {
      const state = await opened();
      const revision = await state.put('tickets', 't', { for: 'usr_1' });
      const taken = await Promise.all(Array.from({ length: 20 }, () => state.take('tickets', 't')));
      expect(taken.filter((entry) => entry !== undefined)).toEqual([{ value: { for: 'usr_1' }, revision }]);
      expect(await state.get('tickets', 't')).toBeUndefined();
    });

    test('an entry is absent from the moment it expires', async () => {
      const clock = { time: 1_000_000 };
      const state = await opened(clock);
      const revision = await state.put('b', 'k', 1, { ttlMs: 1_000 });
      await state.put('b', 'stays', 1);
      clock.time += 999;
      expect(await state.get('b', 'k')).toEqual({ value: 1, revision });
      clock.time += 1;
      expect(await state.get('b', 'k')).toBeUndefined();
      expect(await state.put('b', 'k', 2, { expect: revision ?? 0 })).toBeUndefined();
      expect(await state.take('b', 'k')).toBeUndefined();
      expect(await state.get('b', 'stays')).toMatchObject({ value: 1 });
    });

    test('an expired entry does not stand in the way of a put that expects absence', async () => {
      const clock = { time: 1_000_000 };
      const state = await opened(clock);
      await state.put('b', 'k', 1, { ttlMs: 1_000 });
      clock.time += 1_000;
      expect(await state.put('b', 'k', 2, { expect: 'absent' })).toBeTypeOf('number');
      clock.time += 1_000_000;
      expect((await state.get('b', 'k'))?.value).toBe(2);
    });

    test('deleting what is absent is fine', async () => {
      const state = await opened();
      await expect(state.delete('b', 'k')).resolves.toBeUndefined();
    });

    test('a value that is no JSON is refused', async () => {
      const state = await opened();
      await expect(state.put('b', 'k', undefined)).rejects.toThrow(TypeError);
    });
  });
};
