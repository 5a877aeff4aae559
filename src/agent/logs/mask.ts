/**
 * What differs from line to line and says nothing about the kind of line. The order matters: what contains digits of
 * another kind (a timestamp, an id) goes before plain numbers.
 */
const VARIABLES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '<ip>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  // A long run of letters and digits is an id: a ULID, a hash, a trace.
  [/\b(?=[a-z_-]*\d)(?=\d*[a-z_-])[a-z0-9_-]*\d[a-z0-9_-]{10,}\b/gi, '<id>'],
  [/(?<![\w.])-?\d+(?:\.\d+)*(?=(?:ms|s|us|µs|kb|mb|gb|kib|mib|b|%|h|m)?(?![\w.]))/gi, '<n>'],
  [/(?<=[#:=\-_/])\d+\b/g, '<n>'],
];

/** The text with numbers, ids, addresses and times replaced by what they are. */
export const maskVariables = (text: string): string => {
  let masked = text;
  for (const [pattern, name] of VARIABLES) masked = masked.replace(pattern, name);
  return masked;
};
