import { pick } from '../runtime/random.ts';

const ORDINARY = [
  'Update dependencies',
  'Fix a typo in the confirmation',
  'Log the cart version',
  'Translate the error page to Dutch',
  'Remove an old feature switch',
  'Shorten the health answer',
  'Rename an internal module',
  'Tests for the price rounding',
] as const;

/** Titles of the commits of a release: ordinary ones and, somewhere among them, one of `telling`. */
export const notesFor = (random: () => number, telling: readonly string[] = []): string[] => {
  const ordinary = ORDINARY.filter(() => random() < 0.3).slice(0, 3);
  const [first = 'Update dependencies', ...rest] = telling;
  const notes = telling.length === 0 ? ordinary : [...ordinary, pick(random, [first, ...rest])];
  return notes.length === 0 ? [pick(random, ORDINARY)] : notes.sort(() => random() - 0.5);
};
