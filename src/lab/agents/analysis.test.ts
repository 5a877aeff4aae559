import { describe, expect, it } from 'vitest';
import { findRise, latestEpisode, type Point } from './change-point.ts';
import { confidenceOf, explainWeight, startBelief, statusOf, type Weight, weigh } from './confidence.ts';
import { countTemplates, parseLogLine, slowStatements } from './log-lines.ts';
import { definedIndex, droppedIndexes, indexColumns, readLookup, scannedTables } from './statement.ts';

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

describe('reading logs', () => {
  const line = (time: number, msg: string, fields: object = {}) =>
    JSON.stringify({ time: new Date(time).toISOString(), level: 'warn', service: 'orders', msg, ...fields });
  const read = (...lines: string[]) => lines.flatMap((text) => parseLogLine(text) ?? []);

  it('passes over what is no line', () => {
    expect(read('', '{"time":"2030', '{"a":1}', '[]', 'null', line(5, 'x'))).toHaveLength(1);
    expect(parseLogLine('{"time":"soon","level":"info","service":"a","msg":"b"}')).toBeUndefined();
  });

  it('counts kinds of lines before and after a moment', () => {
    expect(countTemplates(read(line(1, 'a'), line(2, 'b'), line(3, 'b'), line(4, 'b')), 3)).toEqual([
      { service: 'orders', level: 'warn', message: 'b', before: 1, after: 2 },
      { service: 'orders', level: 'warn', message: 'a', before: 1, after: 0 },
    ]);
  });

  it('ranks slow statements by the time they cost', () => {
    const slow = (statement: string, durationMs: number) => line(1, 'slow query', { statement, durationMs });
    const found = slowStatements(read(slow('A', 50), slow('B', 30), slow('B', 40), line(1, 'other'), slow('A', 10)));
    expect(found.map(({ statement, count, meanMs, worstMs }) => [statement, count, meanMs, worstMs])).toEqual([
      ['B', 2, 35, 40],
      ['A', 2, 30, 50],
    ]);
  });
});

describe('the rule for confidence', () => {
  const weighed = (prior: number, ...weights: Weight[]) => weights.reduce(weigh, startBelief(prior));

  it('multiplies odds, in any order', () => {
    expect(confidenceOf(startBelief(0.25))).toBe(0.25);
    expect(confidenceOf(weighed(0.25, 'strong for'))).toBe(0.67);
    expect(confidenceOf(weighed(0.25, 'for', 'against'))).toBe(0.25);
    expect(confidenceOf(weighed(0.3, 'strong against', 'for'))).toBe(
      confidenceOf(weighed(0.3, 'for', 'strong against')),
    );
  });

  it('never claims certainty', () => {
    expect(confidenceOf(weighed(0.5, 'decisive for', 'decisive for', 'decisive for'))).toBe(0.97);
    expect(confidenceOf(weighed(0.5, 'decisive against', 'decisive against'))).toBe(0.02);
  });

  it('confirms only what passed a test that could have failed', () => {
    expect(statusOf(weighed(0.25, 'strong for', 'strong for', 'strong for'))).toBe('supported');
    expect(statusOf(weighed(0.25, 'strong for', 'decisive for'))).toBe('confirmed');
    expect(statusOf(weighed(0.3, 'strong against'))).toBe('refuted');
    expect(statusOf(weighed(0.3, 'against'))).toBe('proposed');
  });

  it('says its step in words', () => {
    expect(explainWeight('strong against')).toBe('strong evidence against, odds × 0.15');
    expect(explainWeight('for')).toBe('some evidence for, odds × 2.5');
  });
});
