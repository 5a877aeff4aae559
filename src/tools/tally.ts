/** How a runner ended; a test that is repeated until it passes would be a failed one. */
export type Tally = { passed: number; failed: number; skipped: number };

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: readonly { status: string; assertionResults: readonly { status: string }[] }[];
};

type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: readonly unknown[];
};

const CRASHED: Tally = { passed: 0, failed: 1, skipped: 0 };

const parse = (text: string | undefined): unknown => {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The runner's own word on its end: a non-zero code without a failed test, and a run of no test, are one failure. */
const settled = (tally: Tally, code: number): Tally =>
  tally.failed === 0 && (code !== 0 || tally.passed + tally.skipped === 0) ? { ...tally, failed: 1 } : tally;

/** A check with a single outcome. */
export const single = (code: number): Tally => (code === 0 ? { passed: 1, failed: 0, skipped: 0 } : CRASHED);

export const vitestTally = (reportText: string | undefined, code: number): Tally => {
  const report = parse(reportText) as VitestReport | undefined;
  if (report?.testResults === undefined) return CRASHED;
  // A file that cannot even be loaded has no test to fail.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return settled(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    code,
  );
};

export const playwrightTally = (reportText: string | undefined, code: number): Tally => {
  const report = parse(reportText) as PlaywrightReport | undefined;
  if (report?.stats === undefined) return CRASHED;
  const { expected, unexpected, flaky, skipped } = report.stats;
  const failed = unexpected + flaky;
  return settled({ passed: expected, failed: failed === 0 ? report.errors.length : failed, skipped }, code);
};

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.reduce((total, { failed }) => total + failed, 0),
  skipped: tallies.reduce((total, { skipped }) => total + skipped, 0),
});

/** The last line of a run; scripts read it, so its form is fixed. */
export const lastLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;

export const table = (rows: readonly { name: string; tally: Tally; seconds: number }[]): string => {
  const cells = [
    ['', 'passed', 'failed', 'skipped', 'time'],
    ...rows.map(({ name, tally: { passed, failed, skipped }, seconds }) => [
      name,
      `${passed}`,
      `${failed}`,
      `${skipped}`,
      `${seconds.toFixed(1)} s`,
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))))
    .map((row) => row.join('  '))
    .join('\n');
};
