import type { Agent, Investigation } from './state.ts';

/**
 * Raised whenever the same events amount to something else than before, or a state has another shape: what was stored
 * under another number is not read any more, but folded anew.
 */
export const FOLD_VERSION = 3;

/** A state as JSON has it: maps are lists. */
export type StoredState = Omit<Investigation, 'agents'> & { agents: readonly Agent[] };

export const storeState = ({ agents, ...rest }: Investigation): StoredState => ({
  ...rest,
  agents: [...agents.values()],
});

/** The state that was stored; what it is folded on to is the same as if it had never been. */
export const restoreState = ({ agents, ...rest }: StoredState): Investigation => ({
  ...rest,
  agents: new Map(agents.map((agent) => [agent.name, agent])),
});

const LISTS = ['agents', 'evidence', 'hypotheses', 'remediations', 'notes', 'knownSolutions', 'feedback'] as const;

/** Whether it has the outline of a state; what is within them was written by a program with the same FOLD_VERSION. */
export const isStoredState = (value: unknown): value is StoredState => {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Record<string, unknown> = { ...value };
  return (
    typeof fields.incidentId === 'string' &&
    typeof fields.phase === 'string' &&
    typeof fields.lastSeq === 'number' &&
    typeof fields.counts === 'object' &&
    LISTS.every((name) => Array.isArray(fields[name]))
  );
};
