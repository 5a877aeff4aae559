/** `remediation.approved` as words: `Remediation approved`. */
export const actionInWords = (action: string): string => {
  const words = action.replaceAll(/[._]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
