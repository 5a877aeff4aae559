import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGate } from '../../testing/gate.ts';
import { openLong } from '../../testing/long-incident.ts';
import { openEmbeddedLog } from '../embedded-log.ts';
import type { StateStore } from '../state-store.ts';
import { appendIds } from '../testing/events.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { keepCopies } from './copy-keeper.ts';

/** A keeper over a log that is due to be copied, which waits at a gate before it finds a copy or takes the lease. */
const open = async (waitsFor: 'copy' | 'lease') => {
  const dataDir = await temporaryDirectory();
  const { log, state, close } = await openEmbeddedLog({ dataDir });
  onTestFinished(close);
  await appendIds(log, ['a', 'b', 'c']);
  const held = createGate();
  let isThere = false;
  const comeTo = async (place: 'copy' | 'lease'): Promise<void> => {
    if (place !== waitsFor) return;
    isThere = true;
    await held.opened;
  };
  const slow: StateStore = {
    ...state,
    async put(...given) {
      await comeTo('lease');
      return state.put(...given);
    },
  };
  const troubles: unknown[] = [];
  const leave = vi.fn(() => Promise.resolve());
  const end = keepCopies({
    copies: {
      async find() {
        await comeTo('copy');
        return undefined;
      },
      leave,
    },
    state: slow,
    epoch: log.epoch,
    path: join(dataDir, 'log.db'),
    every: 1,
    appliedSeq: () => 3,
    onTrouble: (error) => troubles.push(error),
  });
  return { end, held, isThere: () => isThere, leave, state, troubles };
};

test.each(['copy', 'lease'] as const)('a keeper that is ended while it asks for the %s makes none', async (place) => {
  const { end, held, isThere, leave, state, troubles } = await open(place);
  await vi.waitFor(() => expect(isThere()).toBe(true));
  const ended = end();
  held.open();
  await ended;
  expect(leave).not.toHaveBeenCalled();
  expect(troubles).toEqual([]);
  expect(await state.get('log', 'copy')).toBeUndefined();
});

test('a keeper that is not ended leaves one', async () => {
  const { end, held, leave, troubles } = await open('lease');
  held.open();
  await vi.waitFor(() => expect(leave).toHaveBeenCalledOnce(), { timeout: 20_000 });
  await end();
  expect(troubles).toEqual([]);
});

test('a keeper that is ended in the middle of a copy leaves nothing of it, and its own process as it is', async () => {
  const dataDir = await temporaryDirectory();
  const { log, state, close } = await openEmbeddedLog({ dataDir });
  onTestFinished(close);
  await openLong(log, 'ten_a', 'inc_long', 40_000);
  const path = join(dataDir, 'log.db');
  const leave = vi.fn(() => Promise.resolve());
  const troubles: unknown[] = [];
  const end = keepCopies({
    copies: { find: async () => undefined, leave },
    state,
    epoch: log.epoch,
    path,
    every: 1,
    appliedSeq: () => 40_000,
    onTrouble: (error) => troubles.push(error),
  });
  await vi.waitFor(() => expect(existsSync(`${path}.copy`)).toBe(true), { timeout: 20_000, interval: 1 });
  await end();
  expect(leave).not.toHaveBeenCalled();
  expect(existsSync(`${path}.copy`)).toBe(false);
  expect(troubles).toEqual([]);
  expect(await state.get('log', 'copy')).toBeUndefined();
});
