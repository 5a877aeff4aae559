import type { LabState } from './messages.ts';
import type { Told } from './processes.ts';

export type LabStateOptions = {
  /** Breaks the shop; resolves to whether it still is, asked any time later. */
  inject: (fault: string | undefined) => Promise<() => Promise<boolean>>;
  /** Puts all back as on the first day, and forgets what was measured. */
  reset: () => Promise<void>;
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
  recovered: 'The shop meets its objectives again.',
};
const BUSY = 'The agents are still at work on the fault before; a new one can start when they are done.';

/** Where the lab is: one fault at a time, from calm over a fault to recovered. */
export const createLabState = ({ inject, reset, baseline, onChange, now }: LabStateOptions) => {
  let state: LabState = 'starting';
  let startedAt: string | null = null;
  let investigations = 0;
  let firing = false;
  /** Something was done to the shop since it was last put back. */
  let touched = false;
  let isBroken: () => Promise<boolean> = async () => false;
  let message = WORDS.starting;

  const tell = (said: string): void => {
    message = said;
    onChange(state, startedAt, message);
  };
  const move = (next: LabState, said = WORDS[next]): void => {
    state = next;
    tell(said);
  };

  /** A quiet moment of a shop that is still broken is no recovery. */
  const endIfMended = async (): Promise<void> => {
    const broken = await isBroken().catch(() => true);
    if (state === 'active' && !firing && !broken) move('recovered');
  };

  const putBack = async (): Promise<void> => {
    await reset();
    firing = false;
    touched = false;
    isBroken = async () => false;
  };

  const start = async (fault: string | undefined): Promise<void> => {
    startedAt = new Date(now()).toISOString();
    move('injecting', touched ? 'The shop is put back first.' : WORDS.injecting);
    if (touched) await putBack();
    await baseline();
    touched = true;
    isBroken = await inject(fault);
    move('active');
    if (!firing && fault === 'calm') move('recovered', 'Nothing was broken: no alert should come.');
  };

  return {
    ready: (): void => move('idle'),
    /** Says again where it is, as after a change of the pace. */
    repeat: (): void => tell(message),
    told: (told: Told): void => {
      if (told.type === 'failed') return onChange(state, startedAt, told.reason);
      if (told.type === 'busy') {
        investigations = told.investigations;
        if (investigations === 0 && state === 'active') {
          move('active', 'The shop has a fault; the agents have said what they know.');
        }
        return;
      }
      if (told.type !== 'alert') return;
      firing = told.firing;
      if (!firing) return void endIfMended();
      if (state === 'active') move('active', 'The alert has fired; the agents are at work.');
    },
    startFault: async (fault: string | undefined): Promise<void> => {
      if (state === 'starting' || state === 'injecting') return tell(WORDS[state]);
      if (state === 'active' && investigations > 0) return tell(BUSY);
      await start(fault).catch((error: unknown) => move('idle', `The fault could not be started: ${String(error)}`));
    },
    reset: async (): Promise<void> => {
      if (state === 'starting' || state === 'injecting') return tell(WORDS[state]);
      move('injecting', 'The shop is put back.');
      await putBack().then(
        () => move('idle', 'The shop is healthy: all is as on the first day.'),
        (error: unknown) => move('active', `The shop could not be put back: ${String(error)}`),
      );
    },
  };
};
