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

export type Hypothesis = {
  id: string;
  statement: string;
  belief: Belief;
  cited: Cited[];
  against: Cited[];
  reason: string;
};
export type BoardEntry = { statement: string; status: HypothesisStatus; confidence: number; reason: string };

export type WeighStep = { weight: Weight; because: string; cited?: readonly Cited[]; statement?: string };

const merged = (old: readonly Cited[], more: readonly Cited[]): Cited[] => {
  const known = new Set(old.map(({ evidenceId, quote }) => `${evidenceId} ${quote}`));
  return [...old, ...more.filter(({ evidenceId, quote }) => !known.has(`${evidenceId} ${quote}`))];
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
      const hypothesis = { id: newId('hyp'), statement, belief: startBelief(prior), cited: [], against: [], reason };
      hypotheses.push(hypothesis);
      tell(hypothesis, agentName);
      return hypothesis;
    },
    /** Weighs a piece of evidence: what speaks against is kept apart. `statement` says more exactly what is believed. */
    weigh: (agentName: string, hypothesis: Hypothesis, step: WeighStep): void => {
      const before = confidenceOf(hypothesis.belief);
      hypothesis.belief = weigh(hypothesis.belief, step.weight);
      hypothesis.statement = step.statement ?? hypothesis.statement;
      const cited = step.cited ?? [];
      if (step.weight.includes('against')) hypothesis.against = merged(hypothesis.against, cited);
      else hypothesis.cited = merged(hypothesis.cited, cited);
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
