import { describe, expect, it } from 'vitest';
import { createLabState } from './lab-state.ts';

const createLab = () => {
  const told: string[] = [];
  const done: string[] = [];
  let broken = false;
  const state = createLabState({
    inject: async (fault) => {
      done.push(`inject ${fault ?? 'any'}`);
      broken = true;
      return async () => broken;
    },
    reset: async () => {
      done.push('reset');
      broken = false;
    },
    baseline: async () => undefined,
    now: () => Date.UTC(2030, 0, 1),
    onChange: (now, startedAt) => told.push(`${now} ${startedAt ?? '-'}`),
  });
  const mended = (): void => {
    broken = false;
  };
  const states = () => told.map((line) => line.split(' ')[0]);
  return { state, told, states, done, mended };
};

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the state of the lab', () => {
  it('goes from idle over a fault to recovered', async () => {
    const { state, told, states, done, mended } = createLab();
    state.ready();
    await state.startFault('pool');
    state.told({ type: 'alert', firing: true });
    mended();
    state.told({ type: 'alert', firing: false });
    await settle();
    expect(states()).toEqual(['idle', 'injecting', 'active', 'active', 'recovered']);
    expect(told.at(-1)).toBe('recovered 2030-01-01T00:00:00.000Z');
    expect(done).toEqual(['inject pool']);
  });

  it('takes a quiet moment of a broken shop for no recovery', async () => {
    const { state, states } = createLab();
    state.ready();
    await state.startFault(undefined);
    state.told({ type: 'alert', firing: true });
    state.told({ type: 'alert', firing: false });
    await settle();
    expect(states().at(-1)).toBe('active');
  });

  it('refuses a second fault while agents work on the first', async () => {
    const { state, done } = createLab();
    state.ready();
    await state.startFault(undefined);
    state.told({ type: 'busy', investigations: 1 });
    await state.startFault('index');
    expect(done).toEqual(['inject any']);
  });

  it('puts the shop back before a new fault, and not before the first', async () => {
    const { state, states, done } = createLab();
    state.ready();
    await state.startFault('index');
    state.told({ type: 'alert', firing: true });
    await state.startFault('pool');
    expect(done).toEqual(['inject index', 'reset', 'inject pool']);
    expect(states().at(-1)).toBe('active');
  });

  it('is put back on demand', async () => {
    const { state, states, done } = createLab();
    state.ready();
    await state.startFault('index');
    await state.reset();
    expect(done).toEqual(['inject index', 'reset']);
    expect(states().at(-1)).toBe('idle');
  });

  it('says that the shop is calm where nothing was broken', async () => {
    const { state, states } = createLab();
    state.ready();
    await state.startFault('calm');
    expect(states()).toEqual(['idle', 'injecting', 'active', 'recovered']);
  });
});
