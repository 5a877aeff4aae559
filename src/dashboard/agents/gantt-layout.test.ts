import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutGantt } from './gantt-layout.ts';

const span = (from: number, to: number | null, failed = false) => ({
  from: from * 1_000,
  to: to === null ? null : to * 1_000,
  failed,
});
const lane = (name: string, ...spans: ReturnType<typeof span>[]) => ({ name, spans, waiting: false });

describe('the lanes over time', () => {
  it('are not there before anybody began', () => {
    expect(layoutGantt([lane('A')], 0)).toBeNull();
  });

  it('draw work to scale from its true start', () => {
    const gantt = layoutGantt([lane('A', span(100, 110)), lane('B', span(105, 120))], 120_000);
    expect(gantt?.lanes.map(({ bars }) => bars.map(({ left, width }) => [left, width]))).toEqual([
      [[0, 0.5]],
      [[0.25, 0.75]],
    ]);
  });

  it('let work without an end reach to now', () => {
    const gantt = layoutGantt([lane('A', span(0, null))], 30_000);
    expect(gantt).toMatchObject({ to: 30_000, lanes: [{ bars: [{ left: 0, width: 1, to: null }] }] });
  });

  it('collapse a long stretch in which nobody worked, and say how long it was', () => {
    const gantt = layoutGantt([lane('A', span(0, 10), span(100, 110))], 110_000);
    expect(gantt?.idles).toEqual([{ left: 0.47, width: 0.06, ms: 90_000 }]);
    expect(gantt?.lanes[0]?.bars[1]?.left).toBeCloseTo(0.53);
    expect(gantt?.lanes[0]?.waits[0]?.width).toBeCloseTo(0.06);
  });

  it('put work that took no time where it was', () => {
    expect(layoutGantt([lane('A', span(5, 5))], 9_000)).toMatchObject({
      from: 5_000,
      to: 5_000,
      lanes: [{ bars: [{ left: 0, width: 0 }] }],
    });
    const apart = layoutGantt([lane('A', span(0, 0), span(60, 60), span(120, 120))], 120_000);
    expect(apart?.lanes[0]?.bars.map(({ left }) => left)).toEqual([0, 0.5, 1]);
  });

  it('stay within the width, in the order of time', () => {
    const spans = fc.array(fc.tuple(fc.nat(5_000), fc.nat(900)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(spans, { minLength: 1, maxLength: 5 }), (lanes) => {
        const gantt = layoutGantt(
          lanes.map((list, index) => lane(String(index), ...list.map(([from, length]) => span(from, from + length)))),
          9_000_000,
        );
        const bars = gantt?.lanes.flatMap((one) => one.bars).sort((a, b) => a.from - b.from) ?? [];
        let last = 0;
        for (const { left, width } of bars) {
          expect(left).toBeGreaterThanOrEqual(last - 1e-9);
          expect(width).toBeGreaterThanOrEqual(0);
          expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
          last = left;
        }
        expect(gantt?.ticksIn(0, 1).length).toBeLessThan(12);
        expect(gantt?.ticksIn(0.4, 0.5).length).toBeLessThan(12);
        if (gantt === null || gantt.from === gantt.to) return;
        for (const share of [0, 0.3, 1]) expect(gantt.placeOf(gantt.timeAt(share))).toBeCloseTo(share, 5);
      }),
    );
  });
});
