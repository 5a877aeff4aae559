/** The first of the indexes from `from` up to `to` that is not `before`, where all that are come first; `to` where none is. */
export const firstIndex = (from: number, to: number, isBefore: (index: number) => boolean): number => {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
};
