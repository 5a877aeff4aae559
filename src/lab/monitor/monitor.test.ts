import { describe, expect, it } from 'vitest';
import { createMetrics } from '../shop/metrics.ts';
import { createAlertRule } from './alert-rule.ts';
import { createAlerts } from './alerts.ts';
import { createHistory } from './history.ts';
import { objectivesOf } from './objective.ts';
import { parseMetrics } from './prometheus-text.ts';
import { countAbove, histogramQuantile } from './quantile.ts';
import { type Operation, runQuery, slowInWindow } from './query.ts';

const INF = Number.POSITIVE_INFINITY;

describe('a quantile of a histogram', () => {
  it('lies linearly within its bucket', () => {
    const buckets = [
      { le: 0.1, count: 50 },
      { le: 0.2, count: 100 },
      { le: INF, count: 100 },
    ];
    expect(histogramQuantile(0.5, buckets)).toBeCloseTo(0.1);
    expect(histogramQuantile(0.75, buckets)).toBeCloseTo(0.15);
    expect(histogramQuantile(0.99, buckets)).toBeCloseTo(0.198);
  });

  it('is the highest bound where it lies above all of them, and undefined without observations', () => {
    const buckets = [
      { le: 0.1, count: 1 },
      { le: INF, count: 10 },
    ];
    expect(histogramQuantile(0.99, buckets)).toBe(0.1);
    expect(histogramQuantile(0.99, [{ le: INF, count: 0 }])).toBeUndefined();
    expect(histogramQuantile(0.99, [])).toBeUndefined();
    expect(countAbove(0.1, buckets)).toBe(9);
  });
});

describe('the history', () => {
  const observed = () => {
    const metrics = createMetrics();
    const observe = metrics.histogram('latency_seconds', 'help');
    const history = createHistory(100);
    const scrape = (at: number): void => history.add(at, parseMetrics(metrics.text()));
    return { observe, history, scrape };
  };
  const last = (history: ReturnType<typeof createHistory>, operation: Operation, more: object = {}) =>
    runQuery(history, {
      metric: 'latency_seconds',
      operation,
      windowMs: 2000,
      where: {},
      from: 0,
      to: INF,
      ...more,
    }).map(({ labels, points }) => [labels, points.at(-1)?.[1]]);

  it('reads back what the shop writes', () => {
    const metrics = createMetrics();
    metrics.counter('hits_total', 'help')({ route: '/a"b' }, 3);
    metrics.gauge('up', 'help', () => [[{}, 1]]);
    expect(parseMetrics(`${metrics.text()}\nnonsense{\n`)).toEqual([
      { name: 'hits_total', labels: { route: '/a_b' }, value: 3 },
      { name: 'up', labels: {}, value: 1 },
    ]);
  });

  it('answers from what happened within the window only', () => {
    const { observe, history, scrape } = observed();
    scrape(0);
    for (let index = 0; index < 99; index += 1) observe({ route: '/a' }, 3);
    scrape(1000);
    for (const at of [2000, 3000, 4000]) {
      for (let index = 0; index < 10; index += 1) observe({ route: '/a' }, 0.005);
      observe({ route: '/b' }, 0.5);
      scrape(at);
    }
    const [[, p99] = []] = last(history, 'p99', { where: { route: '/a' } });
    expect(p99).toBeLessThan(0.01);
    expect(last(history, 'rate')).toEqual([[{}, 11]]);
    expect(last(history, 'mean', { by: 'route' })).toEqual([
      [{ route: '/a' }, expect.closeTo(0.005)],
      [{ route: '/b' }, expect.closeTo(0.5)],
    ]);
    expect(slowInWindow(history, 'latency_seconds', {}, 0.15, 2000)).toBe(2);
  });

  it('counts a restarted process from zero and forgets what is too old', () => {
    const history = createHistory(3);
    for (const [at, value] of [
      [0, 100],
      [1000, 110],
      [2000, 4],
      [3000, 6],
    ] as const) {
      history.add(at, [{ name: 'latency_seconds', labels: {}, value }]);
    }
    expect(history.times()).toEqual([1000, 2000, 3000]);
    expect(last(history, 'rate', { windowMs: 1000 })).toEqual([[{}, 2]]);
    expect(last(history, 'rate')).toEqual([[{}, 3]]);
    expect(last(history, 'value')).toEqual([[{}, 6]]);
  });
});

describe('the alert', () => {
  const evaluating = (limit: number, enough = true) => {
    const rule = createAlertRule(limit, 4_000);
    let at = 0;
    return (...values: (number | undefined)[]) =>
      values.map((value) => {
        at += 1_000;
        return rule.evaluate(at, value, enough) ?? '-';
      });
  };

  it('fires once after four seconds without a good one, and again only after it recovered', () => {
    const evaluate = evaluating(0.15);
    expect(evaluate(0.3, 0.3, 0.3, 0.3, 0.1)).not.toContain('fired');
    expect(evaluate(0.3, 0.3, 0.3, 0.3, 0.3, 0.3)).toEqual(['-', '-', '-', '-', 'fired', '-']);
    expect(evaluate(0.1, 0.1, undefined, 0.1, 0.1, 0.1, 0.1)).not.toContain('recovered');
    expect(evaluate(0.1)).toEqual(['recovered']);
    expect(evaluate(0.3, 0.3, 0.3, 0.3, 0.3)).toEqual(['-', '-', '-', '-', 'fired']);
  });

  it('does not fire for a few slow requests among many', () => {
    expect(evaluating(0.15, false)(2, 2, 2, 2, 2, 2)).not.toContain('fired');
  });
});

describe('all alerts together', () => {
  const LASTS_MS = 4_000;
  const watching = () => {
    const told: string[] = [];
    const history = createHistory(100);
    const objectives = objectivesOf({ queue: 'dispatch', services: [], memoryLimitBytes: 1, windowMs: 2_000 });
    const alerts = createAlerts(objectives, LASTS_MS, {
      incident: ({ objective }) => told.push(`incident: ${objective.name}`),
      firing: () => told.push('firing'),
      calm: () => told.push('calm'),
    });
    let at = 0;
    /** The oldest message waits so long, for so many seconds. */
    const waits = (seconds: number, forSeconds: number): string[] => {
      told.length = 0;
      for (let passed = 0; passed < forSeconds; passed += 1) {
        at += 1_000;
        history.add(at, [{ name: 'queue_oldest_age_seconds', labels: { queue: 'dispatch' }, value: seconds }]);
        alerts.evaluate(history, at);
      }
      return [...told];
    };
    return { alerts, waits };
  };

  it('open one incident for what comes and goes, and another for what comes after a while', () => {
    const { waits } = watching();
    expect(waits(20, 10)).toEqual(['firing', 'incident: Queue backlog']);
    expect(waits(0, 10)).toEqual(['calm']);
    expect(waits(20, 10)).toEqual(['firing']);
    expect(waits(0, 90)).toEqual(['calm']);
    expect(waits(20, 10)).toEqual(['firing', 'incident: Queue backlog']);
  });

  it('know of nothing before the shop was put back', () => {
    const { alerts, waits } = watching();
    waits(20, 10);
    waits(0, 10);
    alerts.forget();
    expect(waits(20, 10)).toEqual(['firing', 'incident: Queue backlog']);
  });
});
