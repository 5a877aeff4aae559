import { expect, it } from 'vitest';
import { outcomeInWords } from './outcome.ts';

it('makes a sentence of a code and leaves a sentence alone', () => {
  expect(['resolved', 'made_worse', 'Checkout is well again.', 'ok then'].map(outcomeInWords)).toEqual([
    'Resolved.',
    'Made worse.',
    'Checkout is well again.',
    'ok then',
  ]);
});
