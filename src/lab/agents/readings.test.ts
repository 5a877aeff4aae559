import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { timeoutMs } from './causes/timeout-lowered.ts';
import { confidenceOfMatch, openPatterns } from './memory/patterns.ts';
import { similarity } from './memory/signature.ts';
import { kindsOf, slowStatements } from './specialists/logs.ts';
import { wantedFrom } from './specialists/metrics.ts';
import { errorRatio } from './specialists/triage.ts';
import type { LogLine } from './tools/monitor.ts';

const line = (time: number, msg: string, fields: object = {}): LogLine => ({
  time,
  level: 'warn',
  service: 'shelf',
  msg,
  ...fields,
});

describe('reading logs', () => {
  it('ranks what is new or more frequent before what goes on as it did', () => {
    const before = Array.from({ length: 60 }, (_, n) => line(n * 1_000, `cart ${n} is old`));
    const after = Array.from({ length: 30 }, (_, n) => line(60_000 + n * 1_000, `cart ${n} is old`));
    const fresh = Array.from({ length: 8 }, (_, n) =>
      line(62_000 + n * 1_000, 'write failed', { error: `lock ${n} is held` }),
    );
    const kinds = kindsOf(
      [...before, ...after, ...fresh].sort((a, b) => a.time - b.time),
      60_000,
    );
    expect(kinds.map(({ pattern, before: old, after: now }) => [pattern, old, now])).toEqual([
      ['write failed: lock <n> is held', 0, 8],
      ['cart <n> is old', 60, 30],
    ]);
    expect(kinds[0]?.surprise).toBeGreaterThan(10.8);
    expect(kinds[1]?.surprise).toBeLessThan(10.8);
  });

  it('ranks statements by the time that they cost altogether', () => {
    const slow = (statement: string, durationMs: number) => line(1, 'slow', { statement, durationMs });
    const found = slowStatements([slow('A', 50), slow('B', 30), slow('B', 40), line(1, 'other'), slow('A', 10)]);
    expect(found.map(({ statement, count, meanMs }) => [statement, count, meanMs])).toEqual([
      ['B', 2, 35],
      ['A', 2, 30],
    ]);
  });
});

describe('reading settings and measurements', () => {
  it.each([
    ['wait_ms', '4000', 4000],
    ['wait', '4s', 4000],
    ['wait', '250 ms', 250],
    ['CALL_TIMEOUT_SECONDS', '3', 3000],
    ['wait', 'on', undefined],
  ])('%s = %s', (key, value, ms) => expect(timeoutMs(key, value)).toBe(ms));

  it('takes the share of 5xx at each moment', () => {
    const points = (...rates: number[]) => rates.map((rate, at): [number, number] => [at, rate]);
    const series = [
      { labels: { status: '200' }, points: points(9, 6) },
      { labels: { status: '502' }, points: points(0, 3) },
      { labels: { status: '402' }, points: points(1, 1) },
    ];
    expect(errorRatio(series)).toEqual([
      [0, 0],
      [1, 0.3],
    ]);
  });

  it('asks for each service and each connection, not for every combination of labels', () => {
    const service = ['door', 'shelf'];
    const graph = {
      services: [{ name: 'door', kind: 'service', dependsOn: [{ service: 'shelf', via: 'http' }] }],
      edges: [],
    };
    const wanted = wantedFrom(
      [
        { name: 'calls_seconds', type: 'histogram', labels: { service, to: service, status: ['200', '500'] } },
        { name: 'memory_bytes', type: 'gauge', labels: { service } },
        { name: 'up', type: 'gauge', labels: { service } },
      ],
      graph,
    );
    expect(wanted).toEqual([
      { metric: 'calls_seconds', operation: 'mean', where: { service: 'door', to: 'shelf' }, by: 'status' },
      { metric: 'calls_seconds', operation: 'rate', where: { service: 'door', to: 'shelf' }, by: 'status' },
      { metric: 'memory_bytes', operation: 'value', where: {}, by: 'service' },
    ]);
  });
});

describe('what is learned', () => {
  const seen = { kind: 'k', service: 's', title: 't', signature: ['a', 'b', 'c', 'd'], incidentId: 'inc_1' };

  it('is found when it looks alike, and not when it does not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'patterns-'));
    const file = join(folder, 'patterns.json');
    openPatterns(file).learn(seen, false);
    expect(openPatterns(file).all()).toEqual([]);
    openPatterns(file).learn(seen, true);
    expect(openPatterns(file).find(['a', 'b', 'c', 'x'])).toMatchObject({ pattern: { kind: 'k', worked: 1 } });
    expect(openPatterns(file).find(['a', 'x', 'y', 'z'])).toBeUndefined();
    openPatterns(file).learn({ ...seen, signature: ['a', 'b', 'c', 'e'] }, false);
    expect(openPatterns(file).all()).toMatchObject([{ signature: ['a', 'b', 'c'], tried: 2, worked: 1 }]);
    writeFileSync(file, 'torn');
    expect(openPatterns(file).all()).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('is offered with less confidence the less alike it is and the less often it worked', () => {
    expect(similarity(['a', 'b'], ['a', 'b'])).toBe(1);
    expect(similarity(['a', 'b'], ['b', 'c'])).toBeCloseTo(1 / 3);
    const often = confidenceOfMatch(0.9, { tried: 9, worked: 9 });
    expect(often).toBeGreaterThan(confidenceOfMatch(0.6, { tried: 9, worked: 9 }));
    expect(often).toBeGreaterThan(confidenceOfMatch(0.9, { tried: 9, worked: 2 }));
  });
});
