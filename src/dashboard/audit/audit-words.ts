/** `remediation.approved` as words: `Remediation approved`. */
export const actionInWords = (action: string): string => {
  const words = action.replaceAll(/[._]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The entries as they came, one a line, their hashes with them. */
export const toJsonLines = (items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');
