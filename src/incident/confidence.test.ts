import { expect, it } from 'vitest';
import { confidenceFigure, confidenceInWords, isConclusive } from './confidence.ts';

it('says confidence in words', () => {
  expect([0.94, 0.8, 0.79, 0.5, 0.49, 0].map(confidenceInWords)).toEqual([
    'High confidence',
    'High confidence',
    'Medium confidence',
    'Medium confidence',
    'Low confidence',
    'Low confidence',
  ]);
});

it('calls a cause of low confidence inconclusive', () => {
  expect(isConclusive(0.5)).toBe(true);
  expect(isConclusive(0.31)).toBe(false);
});

it('gives two digits within bounds', () => {
  expect([0.941, 1.4, -1].map(confidenceFigure)).toEqual(['0.94', '1.00', '0.00']);
});
