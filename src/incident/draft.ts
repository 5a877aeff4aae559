import type { Agent, EvidenceItem, Hypothesis, Investigation, Remediation } from './state.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * A copy-on-write view of an investigation for one batch of events: a collection is copied at the first write to it
 * and then written in place, so that a batch costs one copy of what it touches and leaves the rest identical.
 */
export type Draft = {
  readonly value: Mutable<Investigation>;
  agents(): Map<string, Agent>;
  evidence(): { list: EvidenceItem[]; byId: Map<string, EvidenceItem> };
  hypotheses(): Hypothesis[];
  remediations(): Remediation[];
};

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

export const draftOf = (state: Investigation): Draft => {
  const value: Mutable<Investigation> = { ...state };
  return {
    value,
    agents: once(() => {
      const agents = new Map(state.agents);
      value.agents = agents;
      return agents;
    }),
    evidence: once(() => {
      const list = [...state.evidence];
      value.evidence = list;
      return { list, byId: new Map(list.map((item) => [item.evidenceId, item])) };
    }),
    hypotheses: once(() => {
      const hypotheses = [...state.hypotheses];
      value.hypotheses = hypotheses;
      return hypotheses;
    }),
    remediations: once(() => {
      const remediations = [...state.remediations];
      value.remediations = remediations;
      return remediations;
    }),
  };
};
