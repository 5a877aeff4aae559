/** What the server that forked the lab says to it. */
export type ToLab = { type: 'start-fault' } | { type: 'stop' };

export type LabState =
  /** The shop is seeding and starting. */
  | 'starting'
  /** Everything runs and nothing is wrong. */
  | 'idle'
  /** A fault is on its way in. */
  | 'injecting'
  /** The fault is in; people and agents work on it. */
  | 'active'
  /** The objective is met again. */
  | 'recovered';

/** Sent at every change; `startedAt` is when the present or last fault was started. */
export type FromLab = { type: 'status'; state: LabState; startedAt: string | null; message: string };
