import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLabState } from './lab-state.ts';

const createLab = () => {
  const told: string[] = [];
  const done: string[] = [];
  let broken = false;
  /** What goes wrong while the shop is put back, or broken. */
  const failing = { reset: false, inject: false };
  const state = createLabState({
    inject: async (fault) => {
      done.push(`inject ${fault ?? 'any'}`);
      if (failing.inject) throw new Error('no');
      broken = true;
      return {
        isActive: async () => broken,
        subside: async () => {
          done.push('subside');
        },
      };
    },
    reset: async () => {
      done.push('reset');
      if (failing.reset) throw new Error('no');
      broken = false;
    },
    baseline: async () => undefined,
    now: () => Date.UTC(2030, 0, 1),
    onChange: (now, startedAt) => told.push(`${now} ${startedAt ?? '-'}`),
  });
  const mended = (): void => {
    broken = false;
  };
  const takenBack = (): void => {
    broken = true;
  };
  const states = () => told.map((line) => line.split(' ')[0]);
  return { state, told, states, done, mended, takenBack, failing };
};

type Lab = ReturnType<typeof createLab>;
const fires = ({ state }: Lab, firing = true): void => state.told({ type: 'alert', firing });

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const recovered = async (): Promise<Lab> => {
  const lab = createLab();
  lab.state.ready();
  await lab.state.startFault('pool');
  fires(lab);
  lab.mended();
  fires(lab, false);
  await settle();
  return lab;
};

describe('the state of the lab', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

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

  it('is no longer recovered where an alert fires again, as after a roll back', async () => {
    const lab = await recovered();
    lab.takenBack();
    fires(lab);
    fires(lab, false);
    await settle();
    expect(lab.states().slice(-2)).toEqual(['recovered', 'active']);
    lab.mended();
    fires(lab, false);
    await settle();
    expect(lab.states().at(-1)).toBe('recovered');
  });

  it('is not healthy while an alert fires, and puts the shop back before the next fault', async () => {
    const lab = createLab();
    lab.state.ready();
    fires(lab);
    expect(lab.states()).toEqual(['idle', 'active']);
    // Who looks into an alarm about nothing keeps nobody from a fault.
    lab.state.told({ type: 'busy', investigations: 1 });
    await lab.state.startFault('index');
    expect(lab.done).toEqual(['reset', 'inject index']);
  });

  it('puts the shop back by itself when nobody does, also long after it recovered', async () => {
    const { done, states } = await recovered();
    await vi.advanceTimersByTimeAsync(19 * 60_000);
    expect(done).not.toContain('reset');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(done.at(-1)).toBe('reset');
    expect(states().at(-1)).toBe('idle');
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(done.filter((one) => one === 'reset')).toHaveLength(1);
  });

  it('lets what goes by itself go a while after the recovery, and not while it is felt again', async () => {
    const lab = await recovered();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(lab.done).not.toContain('subside');
    lab.takenBack();
    fires(lab);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lab.done).not.toContain('subside');
    lab.mended();
    fires(lab, false);
    await settle();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lab.done.filter((one) => one === 'subside')).toHaveLength(1);
  });

  it('does not call a shop healthy that could not be put back, or broken only in part', async () => {
    const lab = await recovered();
    lab.failing.reset = true;
    await lab.state.startFault('index');
    expect(lab.states().at(-1)).toBe('active');
    expect(lab.done.at(-1)).toBe('reset');
    lab.failing.reset = false;
    lab.failing.inject = true;
    await lab.state.startFault('index');
    expect(lab.states().at(-1)).toBe('idle');
    await vi.advanceTimersByTimeAsync(20 * 60_000);
    expect(lab.done.at(-1)).toBe('reset');
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
