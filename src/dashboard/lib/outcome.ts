/** Some servers say an outcome in a code, `made_worse`, others in a sentence: a sentence either way. */
export const outcomeInWords = (outcome: string): string => {
  if (!/^[a-z]+(?:_[a-z]+)*$/.test(outcome)) return outcome;
  const words = outcome.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
};
