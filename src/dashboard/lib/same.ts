/** Hands on what it handed on before while that says the same, so that what stands on it need not draw again. */
export const createSame = <T>(isSame: (before: T, next: T) => boolean): ((next: T) => T) => {
  let last: T | undefined;
  return (next) => {
    if (last === undefined || !isSame(last, next)) last = next;
    return last;
  };
};

export const isSameList = <T>(
  before: readonly T[],
  next: readonly T[],
  isSame: (a: T, b: T) => boolean = Object.is,
): boolean =>
  before.length === next.length && before.every((item, index) => index in next && isSame(item, next[index] as T));
