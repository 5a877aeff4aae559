import { describe, expect, it } from 'vitest';
import { findRise, findShift, latestEpisode, type Point } from './change-point.ts';
import { departure } from './departure.ts';
import { buildTraces, criticalPath, errorOrigins, repeatedCalls, type Span, timeSpent } from './spans.ts';
import { definedIndex, droppedIndexes, indexColumns, readLookup, scannedTables } from './statement.ts';
import { isGrowing, trendOf } from './trend.ts';

const series = (...values: number[]): Point[] => values.map((value, index) => [index * 1000, value]);
const lookup = (statement: string) => {
  const read = readLookup(statement);
  if (read === undefined) throw new Error(`unreadable: ${statement}`);
  return read;
};

describe('finding when it began', () => {
  it('finds the point of the rise and the levels around it', () => {
    expect(findRise(series(4, 5, 4, 6, 5, 400, 380, 420, 390))).toEqual({ at: 5000, before: 5, after: 390 });
  });

  it('takes one outlier for noise', () => {
    expect(findRise(series(4, 5, 90, 4, 5, 6, 5, 300, 320, 310, 290))?.at).toBe(7000);
  });

  it.each([
    ['a level series', series(5, 6, 5, 4, 6, 5, 5)],
    ['a fall', series(400, 390, 410, 5, 4, 5, 6)],
    ['too few points', series(4, 400, 400)],
    ['no points', []],
  ])('finds no rise in %s', (_, points) => expect(findRise(points)).toBeUndefined());

  it('leaves an earlier incident out', () => {
    const earlier = series(4, 5, 4, 300, 310, 320, 300, 5, 4, 6, 5, 4, 5, 500, 480, 510, 490, 500);
    const episode = latestEpisode(earlier);
    expect(episode[0]).toEqual([7000, 5]);
    expect(findRise(episode)?.at).toBe(13_000);
    expect(latestEpisode(series(300, 310, 305))).toHaveLength(3);
  });
});

describe('reading statements', () => {
  it('reads equality, range and order', () => {
    expect(
      lookup('SELECT a FROM carts WHERE owner = ? AND phase = ? AND made >= ? ORDER BY made DESC LIMIT 5'),
    ).toEqual({
      table: 'carts',
      terms: [
        { column: 'owner', kind: 'equal' },
        { column: 'phase', kind: 'equal' },
        { column: 'made', kind: 'range' },
      ],
      orderBy: ['made'],
    });
  });

  it.each(['SELECT 1', 'SELECT a FROM t', 'SELECT a FROM t WHERE a = ? OR b = ?', 'not sql at all'])(
    'leaves %s alone',
    (statement) => expect(readLookup(statement)).toBeUndefined(),
  );

  it('puts equality before order, and what all ask for first', () => {
    const recent = lookup('select * from t where owner = ? and phase = ? order by made desc limit 20');
    const spend = lookup('select sum(x) from t where owner = :id and made >= 17');
    expect(indexColumns([recent])).toEqual(['owner', 'phase', 'made']);
    expect(indexColumns([spend])).toEqual(['owner', 'made']);
    expect(indexColumns([recent, spend])).toEqual(['owner', 'phase', 'made']);
    expect(indexColumns([lookup('select * from t where id = 4')])).toEqual(['id']);
  });

  it('finds dropped and defined indexes', () => {
    expect(droppedIndexes('-- why\nDROP INDEX a_idx;\ndrop index if exists "b_idx";')).toEqual(['a_idx', 'b_idx']);
    expect(droppedIndexes('CREATE INDEX a_idx ON t (x)')).toEqual([]);
    expect(definedIndex('CREATE TABLE t (x);\nCREATE INDEX a_idx ON t (x, y)', 'a_idx')).toEqual({
      table: 't',
      columns: ['x', 'y'],
    });
    expect(definedIndex('CREATE INDEX a_idx2 ON t (x)', 'a_idx')).toBeUndefined();
  });

  it('sees which tables a plan scans', () => {
    expect(scannedTables(['SCAN orders', 'USE TEMP B-TREE FOR ORDER BY'])).toEqual(['orders']);
    expect(scannedTables(['SEARCH orders USING INDEX i (a=?)', 'SCAN x USING COVERING INDEX j'])).toEqual([]);
  });
});

describe('a shift of any series', () => {
  it('is found upwards, downwards and from nothing, with how far it goes', () => {
    expect(findShift(series(0, 0, 0, 0, 3, 3, 4, 3))).toMatchObject({ at: 4000, before: 0, after: 3 });
    expect(findShift(series(50, 52, 49, 51, 10, 11, 9, 10))?.score).toBeLessThan(-4);
    expect(findShift(series(50, 52, 49, 51, 80, 82, 79, 81))?.score).toBeGreaterThan(5);
  });

  it.each([
    ['noise', series(5, 9, 4, 8, 5, 9, 6, 8, 4, 9)],
    ['a level', series(7, 7, 7, 7, 7, 7)],
    ['one outlier', series(5, 5, 5, 90, 5, 5, 5, 5)],
  ])('is none in %s', (_, points) => expect(findShift(points)).toBeUndefined());
});

describe('when an objective left its usual level', () => {
  const calm = Array.from({ length: 30 }, (_, index) => 50 + (index % 5));

  it('is the first point of a step, and of a slope', () => {
    expect(departure(series(...calm, 500, 520, 510, 530), 400)).toMatchObject({ at: 30_000, before: 51 });
    const slope = departure(series(...calm, 60, 90, 140, 200, 280, 380, 500), 400);
    expect(slope?.at).toBeGreaterThanOrEqual(30_000);
    expect(slope?.at).toBeLessThanOrEqual(32_000);
  });

  it('is the latest of two episodes, and begins after the one before', () => {
    const found = departure(series(...calm, 900, 910, 905, ...calm, 700, 710, 720, 700), 400);
    expect(found?.at).toBe(63_000);
    expect(found?.since).toBeGreaterThanOrEqual(33_000);
  });

  it('is none where it is as usual again, or always was', () => {
    expect(departure(series(...calm, 900, 910, ...calm), 400)).toBeUndefined();
    expect(departure(series(...calm), 400)).toBeUndefined();
    expect(departure(series(1, 2), 400)).toBeUndefined();
  });
});

describe('a trend', () => {
  it('is the median slope a second, which outliers do not move', () => {
    const growing = trendOf(series(10, 12, 14, 500, 18, 20, 22, 24, 26, 28));
    expect(growing?.slope).toBeCloseTo(2);
    expect(growing && isGrowing(growing)).toBe(true);
  });

  it('is no growth for a sawtooth or a level', () => {
    for (const points of [series(10, 20, 30, 10, 20, 30, 10, 20, 30, 10, 20, 30), series(5, 5, 5, 5, 5, 5, 5)]) {
      const trend = trendOf(points);
      expect(trend && isGrowing(trend)).toBe(false);
    }
    expect(trendOf(series(1, 2, 3))).toBeUndefined();
  });
});

describe('reading traces', () => {
  const span = (
    spanId: string,
    parentId: string | undefined,
    startMs: number,
    durationMs: number,
    more: Partial<Span> = {},
  ): Span => ({
    traceId: 't',
    spanId,
    parentId,
    service: 'web',
    name: spanId,
    startMs,
    durationMs,
    ...more,
  });

  it('counts time in children that overlap once, and the rest as the span’s own', () => {
    const [root] = buildTraces([span('root', undefined, 0, 100), span('a', 'root', 10, 40), span('b', 'root', 30, 40)]);
    expect(root?.selfMs).toBe(40);
  });

  it('follows what the end waited for', () => {
    const [root] = buildTraces([
      span('root', undefined, 0, 100),
      span('early', 'root', 0, 30),
      span('short', 'root', 40, 10),
      span('long', 'root', 40, 55),
      span('deep', 'long', 50, 40),
    ]);
    expect(root && criticalPath(root).map(({ span: { name } }) => name)).toEqual(['root', 'early', 'long', 'deep']);
    expect(root && timeSpent([root])[0]).toMatchObject({ name: 'deep', selfMs: 40 });
  });

  it('finds where errors begin, not everybody who passes them on', () => {
    const error = { error: true };
    const roots = buildTraces([
      span('root', undefined, 0, 100, error),
      span('a', 'root', 0, 50, error),
      span('b', 'a', 0, 40, error),
      span('c', 'root', 60, 10),
    ]);
    expect(errorOrigins(roots).map(({ span: { name } }) => name)).toEqual(['b']);
  });

  it('sees one call made again and again in turn, and not the same calls made at once', () => {
    const calls = (startMs: (n: number) => number) =>
      buildTraces([
        span('root', undefined, 0, 200),
        ...Array.from({ length: 12 }, (_, n) => span(`q${n}`, 'root', startMs(n), 10, { name: 'SELECT' })),
      ]);
    expect(repeatedCalls(calls((n) => n * 12))).toMatchObject([{ name: 'SELECT', times: 12, totalMs: 120 }]);
    expect(repeatedCalls(calls(() => 0))).toEqual([]);
  });

  it('keeps a span whose parent was lost, and survives a cycle', () => {
    expect(buildTraces([span('a', 'gone', 0, 10)])).toHaveLength(1);
    expect(buildTraces([span('a', 'b', 0, 10), span('b', 'a', 0, 10), span('c', 'c', 0, 1)])).toHaveLength(1);
  });
});
