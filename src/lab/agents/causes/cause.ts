import type { Weight } from '../../../agent/confidence.ts';
import type { Case } from '../case.ts';
import type { Cite, Cited } from '../cited.ts';
import type { Candidate, Facts, SeriesShift } from '../facts.ts';
import type { Lane } from '../lane.ts';
import type { Remedy } from '../plans/remedy.ts';

/** Something seen that makes a suspicion likelier or less likely. */
export type Clue = { weight: Weight; because: string; cite: readonly Cite[] };

/** What a test showed; it may say more exactly what the cause is. */
export type Tested = {
  weight: Weight;
  because: string;
  cited: readonly Cited[];
  statement?: string;
  subject?: string;
  service?: string;
  changeId?: string;
  /** What people are told, where the test confirmed it. */
  rootCause?: string;
  chain?: readonly Link[];
  remedies?: readonly Remedy[];
};

export type Link = { label: string; at?: number | undefined; cited: readonly Cited[] };

/** One possible cause of what is seen: a kind of failure, where, and what it would take to show it. */
export type Suspicion = {
  kind: string;
  service: string;
  subject: string;
  changeId?: string | undefined;
  statement: string;
  /** Who speaks of it. */
  agentName: string;
  prior: number;
  why: string;
  clues: readonly Clue[];
  /** When its mechanism began, where that is known: later than the onset speaks against it. */
  beganAt?: number | undefined;
  /** What is checked, in words, and the check itself: one that could fail. */
  check: string;
  test: (work: Case, lane: Lane) => Promise<Tested | undefined>;
};

/** Looks at all that was seen and says what of its kind could be behind it. */
export type CauseFinder = (facts: Facts) => Suspicion[];

const rises = (shift: SeriesShift): boolean => shift.after > shift.before;

export type ShiftQuery = {
  metric: string;
  service?: string;
  operation?: string;
  labels?: Record<string, string>;
  /** At least so many times the level before; anything above zero where that was zero. */
  ratio?: number;
};

/** The rise of a series that fits, the largest first. */
export const risesOf = (facts: Facts, query: ShiftQuery): SeriesShift[] =>
  facts.shifts
    .filter(
      (shift) =>
        shift.metric === query.metric &&
        (query.service === undefined || shift.labels.service === query.service) &&
        (query.operation === undefined || shift.operation === query.operation) &&
        Object.entries(query.labels ?? {}).every(([key, value]) => shift.labels[key] === value) &&
        rises(shift) &&
        shift.after >= shift.before * (query.ratio ?? 1.5),
    )
    .sort((a, b) => b.score - a.score);

/** Changes of a kind to a service, the nearest to the onset first. */
export const changesOf = (facts: Facts, kind: string, service?: string): Candidate[] =>
  facts.changes.filter(({ change }) => change.kind === kind && (service === undefined || change.service === service));

/** What a service takes part in: itself and all that waits for it. */
export const dependentsOf = (facts: Pick<Facts, 'graph'>, service: string): Map<string, number> => {
  const hops = new Map([[service, 0]]);
  const services = facts.graph?.services ?? [];
  for (let hop = 1, grew = true; grew; hop += 1) {
    grew = false;
    for (const { name, dependsOn } of services) {
      if (hops.has(name) || !dependsOn.some((needed) => hops.get(needed.service) === hop - 1)) continue;
      hops.set(name, hop);
      grew = true;
    }
  }
  return hops;
};

/** Whether trouble of a service can be felt where the objective is missed. */
export const isFeltAt = (facts: Facts, service: string): boolean =>
  facts.graph === undefined || dependentsOf(facts, service).has(facts.symptom.objective.service);
