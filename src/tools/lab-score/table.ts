import type { Verdict } from './verdict.ts';

/** One round; times in ms: from the fault to the incident, from the incident to the cause, from the fault to calm. */
export type Round = {
  fault: string;
  verdict: Verdict;
  /** Incidents that were opened before anything was broken. */
  early: number;
  /** Whether an incident was opened at all. */
  alerted: boolean;
  detectMs: number | undefined;
  causeMs: number | undefined;
  recoverMs: number | undefined;
};

export const median = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
};

const known = (values: readonly (number | undefined)[]): number[] => values.filter((value) => value !== undefined);

export const summaryOf = (rounds: readonly Round[]) => {
  const count = (verdict: Verdict): number => rounds.filter((round) => round.verdict === verdict).length;
  return {
    rounds: rounds.length,
    right: count('right'),
    wrong: count('wrong'),
    abstained: count('abstained'),
    detectMs: median(known(rounds.map(({ detectMs }) => detectMs))),
    causeMs: median(known(rounds.map(({ causeMs }) => causeMs))),
    recoverMs: median(known(rounds.map(({ recoverMs }) => recoverMs))),
    recovered: known(rounds.map(({ recoverMs }) => recoverMs)).length,
  };
};

export const seconds = (ms: number | undefined): string => (ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`);

const row = (name: string, rounds: readonly Round[]): string => {
  const { right, wrong, abstained, detectMs, causeMs, recoverMs, recovered } = summaryOf(rounds);
  const cells = [
    rounds.length,
    right,
    wrong,
    abstained,
    seconds(detectMs),
    seconds(causeMs),
    seconds(recoverMs),
    recovered,
  ];
  return [name.padEnd(12), ...cells.map((cell) => String(cell).padStart(9))].join(' ');
};

/** What is printed at the end: a line a fault, all of them, and the days on which nothing was broken. */
export const tableOf = (rounds: readonly Round[]): string => {
  const broken = rounds.filter(({ fault }) => fault !== 'calm');
  const calm = rounds.filter(({ fault }) => fault === 'calm');
  const faults = [...new Set(broken.map(({ fault }) => fault))].sort();
  const head = ['fault', 'rounds', 'right', 'wrong', 'abstained', 'detect', 'cause', 'recover', 'recovered'];
  const alerts = calm.filter(({ alerted }) => alerted).length;
  const wrong = calm.filter(({ verdict }) => verdict === 'wrong').length;
  return [
    [(head[0] ?? '').padEnd(12), ...head.slice(1).map((name) => name.padStart(9))].join(' '),
    ...faults.map((fault) =>
      row(
        fault,
        broken.filter((round) => round.fault === fault),
      ),
    ),
    row('all', broken),
    `Nothing broken: ${calm.length} rounds, ${alerts} with an alert, ${wrong} of them ended with a cause that was none.`,
    `Incidents before anything was broken: ${rounds.reduce((sum, { early }) => sum + early, 0)}.`,
    'Times are medians: detect from the fault to the incident, cause from the incident to the root cause, recover from the fault to all objectives met.',
  ].join('\n');
};
