import { expect, it } from 'vitest';
import type { Hypothesis } from '../../incident/state.ts';
import { rankHypotheses } from './hypothesis-look.ts';
import { sparklinePath } from './sparkline-path.ts';

const hypothesis = (hypothesisId: string, status: Hypothesis['status'], confidence: number): Hypothesis => ({
  hypothesisId,
  statement: hypothesisId,
  status,
  confidence,
  evidenceIds: [],
  contradictingEvidenceIds: [],
  citations: [],
  agentName: 'A',
  reason: null,
  at: 0,
  history: [],
});

it('shows what leads first and what was ruled out last', () => {
  const ranked = rankHypotheses([
    hypothesis('refuted', 'refuted', 0.9),
    hypothesis('proposed', 'proposed', 0.6),
    hypothesis('supported', 'supported', 0.5),
    hypothesis('confirmed', 'confirmed', 0.4),
  ]);
  expect(ranked.map(({ hypothesisId }) => hypothesisId)).toEqual(['confirmed', 'proposed', 'supported', 'refuted']);
});

it('draws confidence as steps up to now', () => {
  const history = [
    { at: 0, confidence: 0.5 },
    { at: 50, confidence: 1 },
  ];
  expect(sparklinePath(history, 100, 40, 10)).toBe('M0 5H20V0H40');
  expect(sparklinePath([], 0, 40, 10)).toBe('');
});
