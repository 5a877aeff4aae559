import { isFailed, noCounts, type Row, type RowCounts } from './rows.ts';

/** By agent, and of all under ''. */
export type CountsByAgent = Map<string, RowCounts>;

const namesOf = (agent: string): readonly string[] => (agent === '' ? [''] : ['', agent]);

export const countRow = (counts: CountsByAgent, row: Row, by: 1 | -1): void => {
  for (const name of namesOf(row.agent)) {
    const before = counts.get(name) ?? noCounts;
    counts.set(name, {
      all: before.all,
      findings: before.findings + (row.kind === 'finding' ? by : 0),
      tools: before.tools + (row.kind === 'tool' ? by : 0),
      errors: before.errors + (isFailed(row) ? by : 0),
    });
  }
};

export const countEvent = (counts: CountsByAgent, agent: string): void => {
  for (const name of namesOf(agent)) {
    const before = counts.get(name) ?? noCounts;
    counts.set(name, { ...before, all: before.all + 1 });
  }
};

const combine = (a: CountsByAgent, b: CountsByAgent, by: 1 | -1): CountsByAgent => {
  const sum = new Map(a);
  for (const [name, more] of b) {
    const before = sum.get(name) ?? noCounts;
    sum.set(name, {
      all: before.all + by * more.all,
      findings: before.findings + by * more.findings,
      tools: before.tools + by * more.tools,
      errors: before.errors + by * more.errors,
    });
  }
  return sum;
};

export const addCounts = (a: CountsByAgent, b: CountsByAgent): CountsByAgent => combine(a, b, 1);
export const subtractCounts = (a: CountsByAgent, b: CountsByAgent): CountsByAgent => combine(a, b, -1);
