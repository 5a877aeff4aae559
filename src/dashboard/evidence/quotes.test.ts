import { expect, it } from 'vitest';
import { markQuotes, missingQuotes } from './quotes.ts';

it('marks what is quoted, everywhere it stands, and leaves the text as it was', () => {
  const parts = markQuotes('SCAN orders; SCAN items', ['SCAN', 'orders']);
  expect(parts.filter(({ quoted }) => quoted).map(({ text }) => text)).toEqual(['SCAN', 'orders', 'SCAN']);
  expect(parts.map(({ text }) => text).join('')).toBe('SCAN orders; SCAN items');
  expect(markQuotes('nothing here', ['SCAN', ' '])).toEqual([{ text: 'nothing here', quoted: false }]);
});

it('finds the lines of a quote that goes over several, and joins quotes that overlap', () => {
  expect(markQuotes('pool exhausted', ['timeout\npool exhausted'])).toEqual([{ text: 'pool exhausted', quoted: true }]);
  const parts = markQuotes('abcdef', ['abcd', 'cdef']);
  expect(parts.every(({ quoted }) => quoted)).toBe(true);
  expect(parts.map(({ text }) => text).join('')).toBe('abcdef');
});

it('says which quotes are not in the evidence', () => {
  expect(missingQuotes(['a  b', 'c'], ['a b', 'b\nc', 'd'])).toEqual(['d']);
});
