import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRowHeights } from './row-heights.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

it('finds offsets and rows as adding up all heights would, whatever is added, changed and taken away', () => {
  const height = fc.integer({ min: 0, max: 90 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), heights: fc.array(height, { maxLength: 300 }) }),
    fc.record({ kind: fc.constant('set' as const), share: fc.nat(), height }),
    fc.record({ kind: fc.constant('drop' as const), share: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.nat(1_000), fc.array(step, { maxLength: 12 }), fc.nat(), (from, steps, probe) => {
      const rows = createRowHeights();
      rows.reset(from);
      let first = from;
      const expected: number[] = [];
      for (const one of steps) {
        if (one.kind === 'add') {
          for (const value of one.heights) rows.add(value);
          expected.push(...one.heights);
        } else if (expected.length > 0 && one.kind === 'set') {
          const place = one.share % expected.length;
          rows.set(first + place, one.height);
          expected[place] = one.height;
        } else if (one.kind === 'drop') {
          const count = one.share % (expected.length + 1);
          expect(rows.dropBefore(first + count)).toBe(sum(expected.splice(0, count)));
          first += count;
        }
      }
      expect([rows.first, rows.end, rows.total]).toEqual([first, first + expected.length, sum(expected)]);
      if (expected.length === 0) return;
      const place = probe % expected.length;
      expect(rows.offsetOf(first + place)).toBe(sum(expected.slice(0, place)));
      const inside = expected.findIndex((value) => value > 0);
      if (inside < 0) return;
      const visible = expected.findIndex((value, index) => index >= place && value > 0);
      if (visible >= 0) expect(rows.indexAt(rows.offsetOf(first + visible))).toBe(first + visible);
    }),
  );
});
