import type { Injected } from './faults/fault.ts';
import type { LabState } from './messages.ts';
import type { Told } from './processes.ts';

type Fault = Pick<Injected, 'isActive' | 'subside'>;

export type LabStateOptions = {
  /** Breaks the shop; resolves to what can be asked of the fault any time later. */
  inject: (fault: string | undefined) => Promise<Fault>;
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
/** What an alert says of a shop, by where the lab was; on the way to a fault it says nothing. */
const FIRED: Partial<Record<LabState, string>> = {
  active: 'The alert has fired; the agents are at work.',
  recovered: 'An alert has fired again: the shop no longer meets its objectives.',
  idle: 'An alert has fired, though no fault was started.',
};
const BUSY = 'The agents are still at work on the fault before; a new one can start when they are done.';

/** A fault that nobody decides about costs half a core; it goes when the approval of its plan has long expired. */
const UNATTENDED_MS = 20 * 60_000;
/** What goes by itself is there so long after the recovery, for people to see that it was eased and not ended. */
const SUBSIDES_AFTER_MS = 60_000;

const NO_FAULT: Fault = { isActive: async () => false };

/** Where the lab is: one fault at a time, from calm over a fault to recovered. */
export const createLabState = ({ inject, reset, baseline, onChange, now }: LabStateOptions) => {
  let state: LabState = 'starting';
  let startedAt: string | null = null;
  let investigations = 0;
  let firing = false;
  /** Something was done to the shop since it was last put back. */
  let touched = false;
  let fault = NO_FAULT;
  let message = WORDS.starting;
  let unattended: NodeJS.Timeout | undefined;
  let subsiding: NodeJS.Timeout | undefined;

  const tell = (said: string): void => {
    message = said;
    // A fix may be taken back after the recovery: nobody has seen to the shop before it was put back.
    clearTimeout(unattended);
    if (touched) unattended = setTimeout(() => void resetNow(), UNATTENDED_MS);
    onChange(state, startedAt, message);
  };
  const move = (next: LabState, said = WORDS[next]): void => {
    state = next;
    clearTimeout(subsiding);
    // Where it fails the fault goes on: its alert fires again, and the next recovery tries again.
    if (next === 'recovered')
      subsiding = setTimeout(() => void fault.subside?.().catch(() => undefined), SUBSIDES_AFTER_MS);
    tell(said);
  };

  /** A quiet moment of a shop that is still broken is no recovery. */
  const endIfMended = async (): Promise<void> => {
    const broken = await fault.isActive().catch(() => true);
    if (state === 'active' && !firing && !broken) move('recovered');
  };

  /** Resolves to whether that worked; a shop that could not be put back may be as broken as before. */
  const putBack = async (): Promise<boolean> => {
    try {
      await reset();
    } catch (error) {
      touched = true;
      move('active', `The shop could not be put back: ${String(error)}`);
      return false;
    }
    firing = false;
    touched = false;
    fault = NO_FAULT;
    return true;
  };

  const resetNow = async (): Promise<void> => {
    if (state === 'starting' || state === 'injecting') return tell(WORDS[state]);
    move('injecting', 'The shop is put back.');
    if (await putBack()) move('idle', 'The shop is healthy: all is as on the first day.');
  };

  const start = async (chosen: string | undefined): Promise<void> => {
    startedAt = new Date(now()).toISOString();
    move('injecting', touched ? 'The shop is put back first.' : WORDS.injecting);
    if (touched && !(await putBack())) return;
    await baseline();
    touched = true;
    fault = await inject(chosen);
    move('active');
    if (!firing && chosen === 'calm') move('recovered', 'Nothing was broken: no alert should come.');
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
      const said = FIRED[state];
      if (said === undefined) return;
      touched = true;
      move('active', said);
    },
    startFault: async (chosen: string | undefined): Promise<void> => {
      if (state === 'starting' || state === 'injecting') return tell(WORDS[state]);
      if (state === 'active' && investigations > 0 && fault !== NO_FAULT) return tell(BUSY);
      await start(chosen).catch((error: unknown) =>
        move(firing ? 'active' : 'idle', `The fault could not be started: ${String(error)}`),
      );
    },
    reset: resetNow,
  };
};
