import {
  type Belief,
  confidenceOf,
  explainWeight,
  startBelief,
  statusOf,
  type Weight,
  weigh,
} from '../../agent/confidence.ts';
import { newId } from '../../protocol/ids.ts';
import type { PublicationParams } from '../../protocol/up.ts';
import type { HypothesisStatus } from '../../protocol/values.ts';
import { type Cited, idsOf } from './cited.ts';

export type WeighStep = { weight: Weight; because: string; cited?: readonly Cited[]; statement?: string };

/** What is believed of it follows from the prior and from what is held of it now; nothing else is remembered. */
export type Hypothesis = {
  id: string;
  statement: string;
  prior: number;
  held: ReadonlyMap<string, WeighStep>;
  belief: Belief;
  cited: Cited[];
  against: Cited[];
  reason: string;
};
export type BoardEntry = { statement: string; status: HypothesisStatus; confidence: number; reason: string };

const citedOf = (steps: readonly WeighStep[]): Cited[] => [
  ...new Map(steps.flatMap(({ cited = [] }) => cited).map((one) => [`${one.evidenceId} ${one.quote}`, one])).values(),
];

const beliefOf = (prior: number, steps: readonly WeighStep[]): Belief =>
  steps.map(({ weight }) => weight).reduce(weigh, startBelief(prior));

/** What would be believed of it without some of what is held. */
export const beliefWithout = ({ prior, held }: Hypothesis, isLeftOut: (key: string) => boolean): Belief =>
  beliefOf(
    prior,
    [...held].flatMap(([key, step]) => (isLeftOut(key) ? [] : step)),
  );

const hold = (hypothesis: Hypothesis, held: ReadonlyMap<string, WeighStep>): void => {
  const steps = [...held.values()];
  hypothesis.held = held;
  hypothesis.belief = beliefOf(hypothesis.prior, steps);
  hypothesis.cited = citedOf(steps.filter(({ weight }) => !weight.includes('against')));
  hypothesis.against = citedOf(steps.filter(({ weight }) => weight.includes('against')));
};

/** The competing explanations of one incident; every change is published with its reason. */
export const createBoard = (publish: (update: PublicationParams<'hypothesis.updated'>) => void, incidentId: string) => {
  const hypotheses: Hypothesis[] = [];

  const tell = (hypothesis: Hypothesis, agentName: string): void => {
    const { id, statement, belief, cited, against, reason } = hypothesis;
    publish({
      incidentId,
      hypothesisId: id,
      statement,
      status: statusOf(belief),
      confidence: confidenceOf(belief),
      evidenceIds: idsOf(cited),
      contradictingEvidenceIds: idsOf(against),
      citations: [...cited, ...against],
      agentName,
      reason,
    });
  };

  return {
    propose: (agentName: string, statement: string, prior: number, reason: string): Hypothesis => {
      const hypothesis: Hypothesis = {
        id: newId('hyp'),
        statement,
        prior,
        held: new Map(),
        belief: startBelief(prior),
        cited: [],
        against: [],
        reason,
      };
      hypotheses.push(hypothesis);
      tell(hypothesis, agentName);
      return hypothesis;
    },
    /**
     * Weighs a piece of evidence; what was held under the same key gives way to it. What speaks against is kept apart.
     * `statement` says more exactly what is believed.
     */
    weigh: (agentName: string, hypothesis: Hypothesis, key: string, step: WeighStep): void => {
      const before = confidenceOf(hypothesis.belief);
      const replaced = hypothesis.held.get(key);
      hold(hypothesis, new Map([...hypothesis.held, [key, step]]));
      hypothesis.statement = step.statement ?? hypothesis.statement;
      const after = confidenceOf(hypothesis.belief);
      const instead = replaced === undefined ? '' : `, instead of ${explainWeight(replaced.weight)}`;
      hypothesis.reason = `${step.because} (${explainWeight(step.weight)}${instead}: ${before} → ${after})`;
      tell(hypothesis, agentName);
    },
    /** Takes back what a later look no longer shows. */
    takeBack: (agentName: string, hypothesis: Hypothesis, key: string): void => {
      const step = hypothesis.held.get(key);
      if (step === undefined) return;
      const before = confidenceOf(hypothesis.belief);
      hold(hypothesis, new Map([...hypothesis.held].filter(([other]) => other !== key)));
      const after = confidenceOf(hypothesis.belief);
      hypothesis.reason = `No longer seen: ${step.because} (${explainWeight(step.weight)}, taken back: ${before} → ${after})`;
      tell(hypothesis, agentName);
    },
    entries: (): BoardEntry[] =>
      hypotheses.map(({ statement, belief, reason }) => ({
        statement,
        status: statusOf(belief),
        confidence: confidenceOf(belief),
        reason,
      })),
  };
};

export type Board = ReturnType<typeof createBoard>;
