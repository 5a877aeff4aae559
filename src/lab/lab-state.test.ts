import { describe, expect, it } from 'vitest';
import { createLabState } from './lab-state.ts';

const createLab = () => {
  const told: string[] = [];
  const done: string[] = [];
  let broken = false;
  const state = createLabState({
    fault: {
      isActive: async () => broken,
      inject: async () => {
        done.push('inject');
        broken = true;
      },
      repair: async () => {
        done.push('repair');
        broken = false;
      },
    },
    baseline: async () => undefined,
    now: () => Date.UTC(2030, 0, 1),
    onChange: (now, startedAt) => told.push(`${now} ${startedAt ?? '-'}`),
  });
  const repaired = (): void => {
    broken = false;
  };
  return { state, told, done, repaired };
};

describe('the state of the lab', () => {
  it('goes from idle over a fault to recovered', async () => {
    const { state, told, done, repaired } = createLab();
    state.ready();
    await state.startFault();
    state.told({ type: 'alert', firing: true });
    repaired();
    state.told({ type: 'alert', firing: false });
    await Promise.resolve().then(() => undefined);
    expect(told.map((line) => line.split(' ')[0])).toEqual(['idle', 'injecting', 'active', 'active', 'recovered']);
    expect(told.at(-1)).toBe('recovered 2030-01-01T00:00:00.000Z');
    expect(done).toEqual(['inject']);
  });

  it('takes a quiet moment of a broken shop for no recovery', async () => {
    const { state, told } = createLab();
    state.ready();
    await state.startFault();
    state.told({ type: 'alert', firing: true });
    state.told({ type: 'alert', firing: false });
    await Promise.resolve().then(() => undefined);
    expect(told.at(-1)).toMatch(/^active/);
  });

  it('refuses a second fault while agents work on the first', async () => {
    const { state, done } = createLab();
    state.ready();
    await state.startFault();
    state.told({ type: 'busy', investigations: 1 });
    await state.startFault();
    expect(done).toEqual(['inject']);
  });

  it('repairs the shop and waits for calm before a new fault', async () => {
    const { state, told, done } = createLab();
    state.ready();
    await state.startFault();
    state.told({ type: 'alert', firing: true });
    const second = state.startFault();
    await Promise.resolve();
    state.told({ type: 'alert', firing: false });
    await second;
    expect(done).toEqual(['inject', 'repair', 'inject']);
    expect(told.at(-1)).toMatch(/^active/);
  });
});
