import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromShown, isWhole, panned, toShown, whole, zoomed } from './gantt-zoom.ts';

it('zooming keeps what is under the pointer where it is, as far as the line goes', () => {
  const closer = zoomed(whole, 0.5, 0.5);
  expect(closer).toEqual({ from: 0.25, to: 0.75 });
  expect(fromShown(zoomed(closer, 0.5, 0.2), 0.2)).toBeCloseTo(fromShown(closer, 0.2));
  expect(isWhole(zoomed(closer, 10, 0.9))).toBe(true);
});

it('never shows what lies beside the line, however one zooms and pans', () => {
  const move = fc.oneof(
    fc.record({ by: fc.double({ min: -3, max: 3, noNaN: true }) }),
    fc.record({ factor: fc.double({ min: 0.1, max: 5, noNaN: true }), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (moves, share) => {
      const zoom = moves.reduce(
        (now, one) => ('by' in one ? panned(now, one.by) : zoomed(now, one.factor, one.at)),
        whole,
      );
      expect(zoom.from).toBeGreaterThanOrEqual(0);
      expect(zoom.to).toBeLessThanOrEqual(1 + 1e-9);
      expect(zoom.to).toBeGreaterThan(zoom.from);
      expect(fromShown(zoom, toShown(zoom, share))).toBeCloseTo(share);
    }),
  );
});
