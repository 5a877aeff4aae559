const NAMED = 2;

/** `Ana, Ben and 3 more watching`; first names, for there is little room. */
export const watchingInWords = (names: readonly string[]): string => {
  const shown = names.slice(0, NAMED).map((name) => name.split(/[\s@]/, 1)[0] ?? name);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`} watching`;
};
