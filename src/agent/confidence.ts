import type { HypothesisStatus } from '../protocol/values.ts';

/**
 * The rule: a hypothesis starts with prior odds, and each piece of evidence multiplies them by how much likelier it is
 * if the hypothesis is true than if it is false. The same evidence gives the same number, whoever looks.
 */
export const WEIGHTS = {
  'decisive for': 20,
  'strong for': 6,
  for: 2.5,
  against: 0.4,
  'strong against': 0.15,
  'decisive against': 0.04,
} as const;
export type Weight = keyof typeof WEIGHTS;

export type Belief = { odds: number; decisive: boolean };

/** Nothing an agent measures in half a minute is certain. */
const LEAST = 0.02;
const MOST = 0.97;
const CONFIRMED_FROM = 0.9;
const SUPPORTED_FROM = 0.6;
const REFUTED_TO = 0.1;

export const startBelief = (prior: number): Belief => ({ odds: prior / (1 - prior), decisive: false });

export const weigh = (belief: Belief, weight: Weight): Belief => ({
  odds: belief.odds * WEIGHTS[weight],
  decisive: belief.decisive || weight === 'decisive for',
});

export const confidenceOf = ({ odds }: Belief): number =>
  Number(Math.min(MOST, Math.max(LEAST, odds / (1 + odds))).toFixed(2));

/** Confirmed takes a test that could have failed, not just much that fits. */
export const statusOf = (belief: Belief): HypothesisStatus => {
  const confidence = confidenceOf(belief);
  if (confidence >= CONFIRMED_FROM && belief.decisive) return 'confirmed';
  if (confidence >= SUPPORTED_FROM) return 'supported';
  return confidence <= REFUTED_TO ? 'refuted' : 'proposed';
};

/** The rule's step in words: "strong evidence against, odds × 0.15". */
export const explainWeight = (weight: Weight): string => {
  const [strength, side] = weight.includes(' ') ? weight.split(' ') : ['some', weight];
  return `${strength} evidence ${side}, odds × ${WEIGHTS[weight]}`;
};
