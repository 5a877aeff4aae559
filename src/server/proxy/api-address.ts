/** Steps that a server may take for a way up or for nothing, spelled out or escaped, between slashes of either kind. */
const isOdd = (step: string): boolean => step === '.' || step.startsWith('..') || step.endsWith('..');

/**
 * The path of a request as the API would read it, decoded; null where two readers could take it for different ones:
 * an address that names a whole URL, goes up, or has a backslash, which URLs take for a slash (WHATWG URL §4.4).
 */
export const readApiPath = (url: string): string | null => {
  const [path = ''] = url.split('?', 1);
  if (!path.startsWith('/') || path.includes('\\')) return null;
  try {
    const decoded = decodeURIComponent(path);
    return decoded.split(/[/\\]/).some(isOdd) ? null : decoded;
  } catch {
    return null;
  }
};
