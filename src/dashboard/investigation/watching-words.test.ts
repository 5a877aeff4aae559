import { expect, test } from 'vitest';
import { watchingInWords } from './watching-words.ts';

test('says who is watching, two by name', () => {
  expect(watchingInWords(['Ana Moreau'])).toBe('Ana watching');
  expect(watchingInWords(['Ana Moreau', 'ben@demo.example'])).toBe('Ana, ben watching');
  expect(watchingInWords(['Ana', 'Ben', 'Cleo', 'Dan'])).toBe('Ana, Ben and 2 more watching');
});
