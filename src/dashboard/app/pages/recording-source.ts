/** The recording that the address names by `?src=`: a path of this origin, and nothing else; null where none is named. */
export const sourceOf = (search: string): string | null => {
  const source = new URLSearchParams(search).get('src');
  if (source === null || !URL.canParse(source, 'http://here.invalid')) return null;
  const { origin, pathname } = new URL(source, 'http://here.invalid');
  return origin === 'http://here.invalid' ? pathname : null;
};
