import { describe, expect, it } from 'vitest';
import { lastLine, playwrightTally, single, sum, table, vitestTally } from './tally.ts';

const vitestReport = (overrides: object = {}): string =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
    ...overrides,
  });

const playwrightReport = (stats: object = {}, errors: unknown[] = []): string =>
  JSON.stringify({ stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 0, ...stats }, errors });

describe('the sum of a test run', () => {
  it('counts what vitest passed, failed and skipped, with todos among the skipped', () => {
    expect(vitestTally(vitestReport(), 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
    expect(vitestTally(vitestReport({ numFailedTests: 2 }), 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it('counts a test file that could not be loaded as one failure', () => {
    const report = vitestReport({ testResults: [{ status: 'failed', assertionResults: [] }] });
    expect(vitestTally(report, 1).failed).toBe(1);
  });

  it('does not count a file a second time when a test in it failed', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    expect(vitestTally(vitestReport({ numFailedTests: 1, testResults }), 1).failed).toBe(1);
  });

  it('counts what Playwright passed, failed and skipped, a flaky test among the failed', () => {
    const report = playwrightReport({ unexpected: 1, flaky: 2, skipped: 5 });
    expect(playwrightTally(report, 1)).toEqual({ passed: 4, failed: 3, skipped: 5 });
  });

  it('counts errors outside of any test when no test failed', () => {
    expect(playwrightTally(playwrightReport({}, ['the config throws']), 1).failed).toBe(1);
  });

  it('counts a runner that crashed before it wrote its report as one failure', () => {
    const crashed = { passed: 0, failed: 1, skipped: 0 };
    expect(vitestTally(undefined, 1)).toEqual(crashed);
    expect(playwrightTally('{"sta', 1)).toEqual(crashed);
    expect(playwrightTally('{}', 0)).toEqual(crashed);
  });

  it('counts a runner that ran no test at all as one failure', () => {
    const none = { numPassedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
    expect(vitestTally(vitestReport(none), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(playwrightTally(playwrightReport({ expected: 0 }), 0).failed).toBe(1);
  });

  it('counts a runner that ended badly although all its tests passed as one failure', () => {
    expect(vitestTally(vitestReport(), 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
    expect(playwrightTally(playwrightReport(), 1).failed).toBe(1);
  });

  it('adds the runners up', () => {
    const total = sum([single(0), single(1), { passed: 10, failed: 0, skipped: 2 }]);
    expect(total).toEqual({ passed: 11, failed: 1, skipped: 2 });
  });

  it('ends with a line that names the skipped tests only when there are some', () => {
    expect(lastLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(lastLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });

  it('shows one aligned row a runner', () => {
    const rows = table([{ name: 'lint', tally: single(0), seconds: 1.23 }]).split('\n');
    expect(rows).toEqual(['      passed  failed  skipped   time', 'lint       1       0        0  1.2 s']);
  });
});
