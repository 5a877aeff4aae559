const BLOCK = 128;

/**
 * Heights of rows by index, with sums of blocks of them: adding one costs nothing that grows, and finding a place
 * costs the number of blocks. Indexes begin at `first`; rows may be taken away there.
 */
export const createRowHeights = () => {
  let first = 0;
  let heights: number[] = [];
  /** By `floor(index / BLOCK)`, from `firstBlock` on. */
  let sums: number[] = [];
  let firstBlock = 0;
  let total = 0;

  const blockOf = (index: number): number => Math.floor(index / BLOCK) - firstBlock;

  return {
    reset(from: number): void {
      first = from;
      heights = [];
      sums = [];
      firstBlock = Math.floor(from / BLOCK);
      total = 0;
    },
    get first() {
      return first;
    },
    get end() {
      return first + heights.length;
    },
    get total() {
      return total;
    },
    add(height: number): void {
      const block = blockOf(first + heights.length);
      heights.push(height);
      sums[block] = (sums[block] ?? 0) + height;
      total += height;
    },
    at: (index: number): number => heights[index - first] ?? 0,
    set(index: number, height: number): void {
      const before = heights[index - first];
      if (before === undefined || before === height) return;
      const block = blockOf(index);
      heights[index - first] = height;
      sums[block] = (sums[block] ?? 0) + height - before;
      total += height - before;
    },
    /** Takes away the rows before `index`; answers how high they were. */
    dropBefore(index: number): number {
      const count = Math.min(index - first, heights.length);
      let dropped = 0;
      for (let place = 0; place < count; place += 1) {
        const height = heights[place] ?? 0;
        const block = blockOf(first + place);
        sums[block] = (sums[block] ?? 0) - height;
        dropped += height;
      }
      heights.splice(0, count);
      first += count;
      const gone = Math.floor(first / BLOCK) - firstBlock;
      sums.splice(0, gone);
      firstBlock += gone;
      total -= dropped;
      return dropped;
    },
    /** Where the row begins. */
    offsetOf(index: number): number {
      const block = blockOf(Math.max(first, index));
      let offset = 0;
      for (let before = 0; before < block; before += 1) offset += sums[before] ?? 0;
      const start = Math.max(first, (block + firstBlock) * BLOCK);
      for (let place = start; place < index; place += 1) offset += heights[place - first] ?? 0;
      return offset;
    },
    /** The row at this offset, the last one where it lies behind the end. */
    indexAt(offset: number): number {
      let left = Math.max(0, offset);
      let block = 0;
      while (block < sums.length - 1 && left >= (sums[block] ?? 0)) {
        left -= sums[block] ?? 0;
        block += 1;
      }
      const end = first + heights.length;
      let index = Math.max(first, (block + firstBlock) * BLOCK);
      while (index < end - 1 && left >= (heights[index - first] ?? 0)) {
        left -= heights[index - first] ?? 0;
        index += 1;
      }
      return index;
    },
  };
};
