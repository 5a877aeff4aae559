import { describe, expect, it } from 'vitest';
import { confidenceOf, explainWeight, startBelief, statusOf, type Weight, weigh } from './confidence.ts';

describe('the rule for confidence', () => {
  const weighed = (prior: number, ...weights: Weight[]) => weights.reduce(weigh, startBelief(prior));

  it('multiplies odds, in any order', () => {
    expect(confidenceOf(startBelief(0.25))).toBe(0.25);
    expect(confidenceOf(weighed(0.25, 'strong for'))).toBe(0.67);
    expect(confidenceOf(weighed(0.25, 'for', 'against'))).toBe(0.25);
    expect(confidenceOf(weighed(0.3, 'strong against', 'for'))).toBe(
      confidenceOf(weighed(0.3, 'for', 'strong against')),
    );
  });

  it('never claims certainty', () => {
    expect(confidenceOf(weighed(0.5, 'decisive for', 'decisive for', 'decisive for'))).toBe(0.97);
    expect(confidenceOf(weighed(0.5, 'decisive against', 'decisive against'))).toBe(0.02);
  });

  it('confirms only what passed a test that could have failed', () => {
    expect(statusOf(weighed(0.25, 'strong for', 'strong for', 'strong for'))).toBe('supported');
    expect(statusOf(weighed(0.25, 'strong for', 'decisive for'))).toBe('confirmed');
    expect(statusOf(weighed(0.3, 'strong against'))).toBe('refuted');
    expect(statusOf(weighed(0.3, 'against'))).toBe('proposed');
  });

  it('says its step in words', () => {
    expect(explainWeight('strong against')).toBe('strong evidence against, odds × 0.15');
    expect(explainWeight('for')).toBe('some evidence for, odds × 2.5');
  });
});
