import { readFileSync } from 'node:fs';

/** A file of the project, by its path from the top. */
export const readSource = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

/**
 * True where the file declares a test of this title. Only a test that runs is a proof: its title stands in quotes, where
 * a test is declared and not skipped.
 */
export const isDeclared = (file: string, title: string): boolean => {
  const lines = readSource(file).split('\n');
  const index = lines.findIndex((line) => line.includes(title));
  const before = lines.slice(Math.max(0, index - 40), index + 1).join('\n');
  const declared = [...before.matchAll(/\b(?:it|test)((?:\.\w+)*)[(<]/g)].at(-1);
  return index >= 0 && declared !== undefined && !/skip|todo|fails/.test(declared[1] ?? '');
};
