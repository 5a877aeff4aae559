import type { Truth } from './faults/fault.ts';

/** What the server that forked the lab says to it; without `fault`, or with "surprise", any. */
export type ToLab =
  | { type: 'start-fault'; fault?: string | undefined }
  | { type: 'reset' }
  | { type: 'pace'; pace: number };

export type LabState =
  /** The shop is seeding and starting. */
  | 'starting'
  /** Everything runs and nothing is wrong. */
  | 'idle'
  /** A fault is on its way in. */
  | 'injecting'
  /** The fault is in, or an alert fires without one; people and agents work on it. */
  | 'active'
  /** The objective is met again. */
  | 'recovered';

/** Sent at every change; `startedAt` is when the present or last fault was started. */
export type LabStatus = {
  type: 'status';
  state: LabState;
  startedAt: string | null;
  message: string;
  choices: readonly { id: string; title: string }[];
  /** What was chosen by name; a surprise is none. */
  chosen: string | null;
  /** Factor of the agents' pauses. */
  pace: number;
};

export type FromLab =
  | LabStatus
  /** The monitor opened an incident. */
  | { type: 'incident'; incidentId: string; title: string }
  /** What was really broken just now; for whoever compares, never for agents. */
  | { type: 'truth'; fault: string; truth: Truth; at: number }
  /** Every objective is met again. */
  | { type: 'calm'; at: number };
