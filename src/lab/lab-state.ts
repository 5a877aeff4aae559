import type { Fault } from './fault.ts';
import type { LabState } from './messages.ts';
import type { Told } from './processes.ts';

export type LabStateOptions = {
  fault: Pick<Fault, 'inject' | 'repair' | 'isActive'>;
  /** Resolves once there was enough calm to tell a rise from it. */
  baseline: () => Promise<void>;
  onChange: (state: LabState, startedAt: string | null, message: string) => void;
  now: () => number;
};

const WORDS: Record<LabState, string> = {
  starting: 'The shop is starting.',
  idle: 'The shop is healthy.',
  injecting: 'A fault is on its way into the shop.',
  active: 'The shop has a fault; the alert follows as soon as people feel it.',
  recovered: 'The shop meets its objective again.',
};

/** Where the lab is: one fault at a time, from calm over a fault to recovered. */
export const createLabState = ({ fault, baseline, onChange, now }: LabStateOptions) => {
  let state: LabState = 'starting';
  let startedAt: string | null = null;
  let investigations = 0;
  let firing = false;
  let calm: (() => void)[] = [];
  let free: (() => void)[] = [];

  const move = (next: LabState, message = WORDS[next]): void => {
    state = next;
    onChange(state, startedAt, message);
  };
  const untilFree = (): Promise<void> =>
    investigations > 0 ? new Promise((resolve) => free.push(resolve)) : Promise.resolve();
  const untilCalm = (): Promise<void> => (firing ? new Promise((resolve) => calm.push(resolve)) : Promise.resolve());

  /** A quiet moment of a shop that is still broken is no recovery. */
  const endIfRepaired = async (): Promise<void> => {
    const broken = await fault.isActive().catch(() => true);
    if (state === 'active' && !firing && !broken) move('recovered');
  };

  const inject = async (): Promise<void> => {
    startedAt = new Date(now()).toISOString();
    if (await fault.isActive()) {
      move('injecting', 'The fault before is repaired first.');
      await fault.repair();
    }
    await untilCalm();
    move('injecting');
    await untilFree();
    await baseline();
    await fault.inject();
    move('active');
  };

  return {
    ready: (): void => move('idle'),
    told: (message: Told): void => {
      if (message.type === 'failed') return onChange(state, startedAt, message.reason);
      if (message.type === 'busy') {
        investigations = message.investigations;
        if (investigations > 0) return;
        for (const resolve of free) resolve();
        free = [];
        if (state === 'active') move('active', 'The shop has a fault; the agents have said what they know.');
        return;
      }
      firing = message.firing;
      if (firing) {
        if (state === 'active') move('active', 'The alert has fired; the agents are at work.');
        return;
      }
      for (const resolve of calm) resolve();
      calm = [];
      void endIfRepaired();
    },
    startFault: async (): Promise<void> => {
      if (state === 'starting' || state === 'injecting') return onChange(state, startedAt, WORDS[state]);
      if (state === 'active' && investigations > 0) {
        return onChange(
          state,
          startedAt,
          'The agents are still at work on the fault before; a new one can start when they are done.',
        );
      }
      const before = state;
      await inject().catch((error: unknown) =>
        move(before === 'active' ? 'active' : 'idle', `The fault could not be started: ${String(error)}`),
      );
    },
  };
};
