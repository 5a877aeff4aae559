import { capitalized } from './capitalized.ts';

/** Some servers say an outcome in a code, `made_worse`, others in a sentence: a sentence either way. */
export const outcomeInWords = (outcome: string): string => {
  if (!/^[a-z]+(?:_[a-z]+)*$/.test(outcome)) return outcome;
  return `${capitalized(outcome.replaceAll('_', ' '))}.`;
};
