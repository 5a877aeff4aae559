import { describe, expect, it } from 'vitest';
import { formatValue, summarizeMetric } from './metric-summary.ts';
import { parseDiff } from './parse-diff.ts';
import { readPlan } from './read-plan.ts';
import { layoutTrace } from './trace-layout.ts';

describe('a diff', () => {
  it('has numbers of the file as it became, and as it was where a line went', () => {
    const unified = '--- a/x\n+++ b/x\n@@ -18,3 +18,3 @@ create\n keep\n-gone\n+come\n stay\n';
    expect(parseDiff(unified)).toEqual([
      { kind: 'hunk', text: '@@ -18,3 +18,3 @@ create', number: null },
      { kind: 'context', text: 'keep', number: 18 },
      { kind: 'removed', text: 'gone', number: 19 },
      { kind: 'added', text: 'come', number: 19 },
      { kind: 'context', text: 'stay', number: 20 },
    ]);
  });

  it('without hunks still tells what was added and removed', () => {
    expect(parseDiff('-a\n+b').map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

describe('a trace', () => {
  const span = (name: string, startMs: number, durationMs: number, parent?: string) => ({
    name,
    startMs,
    durationMs,
    parent,
  });

  it('draws children below their parent, by start', () => {
    const { bars, totalMs } = layoutTrace([span('b', 50, 50, 'root'), span('root', 0, 100), span('a', 10, 20, 'root')]);
    expect(totalMs).toBe(100);
    expect(bars.map(({ name, depth, left, width }) => [name, depth, left, width])).toEqual([
      ['root', 0, 0, 1],
      ['a', 1, 0.1, 0.2],
      ['b', 1, 0.5, 0.5],
    ]);
  });

  it('keeps every span, also those that name each other as parents', () => {
    expect(layoutTrace([span('a', 0, 1, 'b'), span('b', 0, 1, 'a'), span('c', 0, 1, 'nobody')]).bars).toHaveLength(3);
    expect(layoutTrace([])).toEqual({ bars: [], totalMs: 0 });
  });
});

it('marks what a plan reads from end to end', () => {
  const plan = '|--SCAN orders\n|--SCAN o USING COVERING INDEX i\n`--SEARCH items USING INDEX i\nSeq Scan on orders';
  expect(readPlan(plan).map(({ scan }) => scan)).toEqual([true, false, false, true]);
});

describe('a metric in words', () => {
  it('says what the chart shows', () => {
    const at = Date.UTC(2026, 2, 3, 14, 20);
    const metric = {
      name: 'checkout p99',
      unit: 's',
      points: [
        [at, 0.08],
        [at + 60_000, 2.3],
      ] as const,
      baseline: 0.08,
      threshold: 0.1,
      marks: [{ at: at + 30_000, label: 'change point' }],
    };
    expect(summarizeMetric(metric, 'utc')).toBe(
      'checkout p99 from 14:20:00 to 14:21:00; lowest 0.08 s, highest 2.3 s, last 2.3 s; usually 0.08 s; threshold 0.1 s; change point at 14:20:30',
    );
  });

  it('of no points says so', () => {
    expect(summarizeMetric({ name: 'n', unit: '', points: [] }, 'utc')).toBe('n: no points');
  });

  it('keeps figures short', () => {
    expect([0, 0.0812, 2.345, 41.23, 512.4, 1_847_293].map(formatValue)).toEqual([
      '0',
      '0.081',
      '2.35',
      '41.2',
      '512',
      '1.85 M',
    ]);
  });
});
