import { newId } from '../../protocol/ids.ts';
import type { PublicationParams } from '../../protocol/up.ts';
import type { HypothesisStatus } from '../../protocol/values.ts';
import { type Belief, confidenceOf, explainWeight, startBelief, statusOf, type Weight, weigh } from './confidence.ts';

export type Hypothesis = { id: string; statement: string; belief: Belief; evidenceIds: string[]; reason: string };
export type BoardEntry = { statement: string; status: HypothesisStatus; confidence: number; reason: string };

/** The competing explanations of one incident; every change is published with its reason. */
export const createBoard = (publish: (update: PublicationParams<'hypothesis.updated'>) => void, incidentId: string) => {
  const hypotheses: Hypothesis[] = [];

  const tell = (hypothesis: Hypothesis, agentName: string): void =>
    publish({
      incidentId,
      hypothesisId: hypothesis.id,
      statement: hypothesis.statement,
      status: statusOf(hypothesis.belief),
      confidence: confidenceOf(hypothesis.belief),
      evidenceIds: hypothesis.evidenceIds,
      agentName,
      reason: hypothesis.reason,
    });

  return {
    propose: (agentName: string, statement: string, prior: number, reason: string): Hypothesis => {
      const hypothesis = { id: newId('hyp'), statement, belief: startBelief(prior), evidenceIds: [], reason };
      hypotheses.push(hypothesis);
      tell(hypothesis, agentName);
      return hypothesis;
    },
    /** Weighs a piece of evidence; `statement` says more exactly what is now believed. */
    weigh: (
      agentName: string,
      hypothesis: Hypothesis,
      step: { weight: Weight; because: string; evidenceIds?: readonly string[]; statement?: string },
    ): void => {
      const before = confidenceOf(hypothesis.belief);
      hypothesis.belief = weigh(hypothesis.belief, step.weight);
      hypothesis.statement = step.statement ?? hypothesis.statement;
      hypothesis.evidenceIds = [...new Set([...hypothesis.evidenceIds, ...(step.evidenceIds ?? [])])];
      const after = confidenceOf(hypothesis.belief);
      hypothesis.reason = `${step.because} (${explainWeight(step.weight)}: ${before} → ${after})`;
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
