/**
 * A fraction or an exponent after a key that may be an "id", in any spelling of its letters. Inside of a text the
 * quotes of a key would be escaped, so that this is only ever found where it means something, at whatever depth.
 */
const SUSPICIOUS = /"(?:i|\\u0069)(?:d|\\u0064)"\s*:\s*-?\d+[.eE]/;

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;

/** `1.0` and `12e2` are integers, `1.5` and `1e-1` are none, however many digits it takes to see it. */
const isInteger = (number: string): boolean => {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const shift = Number(exponent);
  if (shift >= 0) return !/[1-9]/.test(fraction.slice(Math.min(shift, fraction.length)));
  const digits = number
    .replace(/[eE].*$/, '')
    .replace(/^-/, '')
    .replace('.', '');
  return !/[1-9]/.test(digits.slice(Math.max(0, digits.length - fraction.length + shift)));
};

/**
 * For each message of a frame, which must be valid JSON: false where its id is written as a number that is no integer.
 * `JSON.parse` rounds 1.00000000000000000001 to 1, so the value cannot tell. Where no id looks like one, nothing is
 * gone through and the list is empty.
 */
export const areIdsExact = (text: string): readonly boolean[] => {
  if (!SUSPICIOUS.test(text)) return [];
  const exact: boolean[] = [];
  const messageDepth = text.trimStart().startsWith('[') ? 2 : 1;
  let depth = 0;
  let previous = '';
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (depth === messageDepth - 1 && token !== ',' && token !== ']' && !(depth === 0 && token === '['))
      exact.push(true);
    if (depth === messageDepth && previous === ':') {
      // Of two ids the last counts.
      if (JSON.parse(before) === 'id') exact[exact.length - 1] = !/^[-\d]/.test(token) || isInteger(token);
    }
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    before = previous;
    previous = token;
  }
  return exact;
};
