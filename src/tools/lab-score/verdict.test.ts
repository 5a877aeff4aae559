import { describe, expect, it } from 'vitest';
import { median, type Round, summaryOf } from './table.ts';
import { type Truth, verdictOf } from './verdict.ts';

const truth: Truth = {
  kind: 'connection_leak',
  services: ['payments'],
  subjects: ['4.7.0'],
  changeIds: ['chg_1'],
};
const cause = (fields: object) => ({
  rootCause: '…',
  cause: { kind: 'connection_leak', service: 'payments', ...fields },
});

describe('the verdict on a root cause', () => {
  it.each([
    ['the same kind, service and subject', cause({ subject: '4.7.0' }), 'right'],
    ['the change instead of the subject', cause({ subject: 'the release', changeId: 'chg_1' }), 'right'],
    ['another letter case', cause({ service: 'Payments', subject: '4.7.0' }), 'right'],
    ['another kind', cause({ kind: 'memory_leak', subject: '4.7.0' }), 'wrong'],
    ['another service', cause({ service: 'orders', subject: '4.7.0' }), 'wrong'],
    ['another subject', cause({ subject: '4.6.0' }), 'wrong'],
    ['no subject', cause({}), 'wrong'],
    ['no cause', { rootCause: 'Inconclusive' }, 'abstained'],
    ['no investigation that ended', undefined, 'abstained'],
    ['that nothing was wrong', cause({ kind: 'none' }), 'abstained'],
  ] as const)('with %s is %s', (_, completed, verdict) => expect(verdictOf(truth, completed)).toBe(verdict));

  it('where nothing was broken is right without a cause, and wrong with any', () => {
    const calm: Truth = { kind: 'none', services: [], subjects: [], changeIds: [] };
    expect(verdictOf(calm, undefined)).toBe('right');
    expect(verdictOf(calm, cause({ kind: 'none' }))).toBe('right');
    expect(verdictOf(calm, cause({ subject: '4.7.0' }))).toBe('wrong');
  });
});

describe('the table of rounds', () => {
  const round = (fields: Partial<Round>): Round => ({
    fault: 'pool',
    verdict: 'right',
    early: 0,
    alerted: true,
    detectMs: 1_000,
    causeMs: 2_000,
    recoverMs: undefined,
    ...fields,
  });

  it('counts verdicts, and takes medians of what was measured', () => {
    const rounds = [
      round({}),
      round({ verdict: 'wrong', causeMs: 6_000 }),
      round({ causeMs: 4_000, recoverMs: 9_000 }),
    ];
    expect(summaryOf(rounds)).toEqual({
      rounds: 3,
      right: 2,
      wrong: 1,
      abstained: 0,
      detectMs: 1_000,
      causeMs: 4_000,
      recoverMs: 9_000,
      recovered: 1,
    });
    expect(median([])).toBeUndefined();
  });
});
