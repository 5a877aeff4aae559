import type { Case } from './case.ts';
import type { Candidate } from './changes-agent.ts';
import type { Lane } from './lane.ts';
import type { SlowStatement } from './log-lines.ts';
import type { Service } from './settings.ts';
import { definedIndex, droppedIndexes, indexColumns, type Lookup, readLookup, scannedTables } from './statement.ts';
import { clock, count, duration } from './words.ts';

export type Scan = {
  service: Service;
  table: string;
  rows: number;
  /** The worst, and all that scan the table. */
  statement: string;
  statements: string[];
  plan: string[];
  replayMs: number;
  evidenceId: string;
};

export type MissingIndex = {
  name: string;
  columns: string[];
  create: string;
  drop: string;
  migration: Candidate;
  plans: string[][];
  evidenceId: string;
};

type Explained = { statement: string; plan: string[]; table: string | undefined };

/** More than the worst few say nothing new. */
const EXPLAINED = 4;

/** Each slow statement with its plan. One that only waits behind another is logged as slow, too, and must not mislead. */
const explainAll = async (
  { tools }: Case,
  lane: Lane,
  service: Service,
  slow: readonly SlowStatement[],
): Promise<Explained[]> => {
  const explained: Explained[] = [];
  for (const { statement } of slow.slice(0, EXPLAINED)) {
    const why = 'How does the database run this slow statement?';
    const plan = await lane.use('explain_query_plan', why, { service: service.name, statement }, async () => {
      const lines = await tools.explain(service, statement);
      return { value: lines, says: lines.join(' · '), output: lines };
    });
    explained.push({ statement, plan, table: scannedTables(plan)[0] });
    await lane.pause(500);
  }
  return explained;
};

/** Which of the slow statements read a table from end to end, the worst of them first; undefined where none does. */
export const explainSlowest = async (
  work: Case,
  lane: Lane,
  slow: readonly SlowStatement[],
): Promise<Scan | undefined> => {
  const { tools, settings } = work;
  const [first] = slow;
  const service = settings.services.find(
    ({ name, databaseUrl }) => name === first?.service && databaseUrl !== undefined,
  );
  if (first === undefined || service === undefined) return undefined;
  lane.status('running', `Why is ${first.query || 'the statement'} slow?`);
  await lane.pause(600);
  const explained = await explainAll(work, lane, service, slow);
  const worst = explained.find((one) => one.table !== undefined);
  if (worst?.table === undefined) {
    lane.finding('The plans of the slow statements use an index; they are slow for another reason.', []);
    return undefined;
  }
  const { statement, plan, table } = worst;
  const statements = explained.filter((one) => one.table === table).map((one) => one.statement);
  if (statements.length < explained.length) {
    lane.thought('The other slow statements search by an index: they only wait behind the ones that scan.');
  }
  await lane.pause(1_300);
  const rows = await lane.use('count_rows', `How large is ${table}?`, { table }, async () => {
    const answer = await tools.sql(service, `SELECT count(*) AS rows FROM ${table}`);
    const found = Number(answer.rows[0]?.rows ?? 0);
    return { value: found, says: `${count(found)} rows`, output: answer.rows };
  });
  await lane.use('list_indexes', `Which indexes does ${table} have?`, { table }, async () => {
    const { rows: indexes } = await tools.sql(service, `PRAGMA index_list(${table})`);
    const names = indexes.map(({ name }) => String(name));
    return { value: names, says: names.length === 0 ? 'none' : names.join(', '), output: indexes };
  });
  const replayMs = await replay({ tools, lane, service, lookup: readLookup(statement), statement });
  const evidenceId = lane.evidence({
    type: 'log',
    source: `${service.name} database`,
    severity: 'critical',
    summary: `The statement reads all ${count(rows)} rows of ${table}: ${plan.join(', ')}`,
    data: { kind: 'query', statement, plan: plan.join('\n') },
  });
  lane.finding(
    `The plan is ${plan[0] ?? ''}: each lookup reads all ${count(rows)} rows of ${table} and takes ${duration(replayMs)}; no index covers it.`,
    [evidenceId],
  );
  return { service, table, rows, statement, statements, plan, replayMs, evidenceId };
};

/** Runs the slow statement once, with the values of a row that exists. */
const replay = ({
  tools,
  lane,
  service,
  lookup,
  statement,
}: {
  tools: Case['tools'];
  lane: Lane;
  service: Service;
  lookup: Lookup | undefined;
  statement: string;
}): Promise<number> =>
  lane.use('replay_query', 'How long does it take alone?', { statement }, async () => {
    const columns = lookup?.terms.map(({ column }) => column) ?? [];
    const sample =
      lookup === undefined || columns.length === 0
        ? []
        : (await tools.sql(service, `SELECT ${columns.join(', ')} FROM ${lookup.table} LIMIT 1`)).rows;
    const values = columns
      .map((column) => sample[0]?.[column])
      .map((value) => (typeof value === 'number' ? value : String(value)));
    const { durationMs, rowCount } = await tools.sql(service, statement, values);
    return { value: durationMs, says: `${duration(durationMs)}, ${rowCount} rows`, output: { durationMs, rowCount } };
  });

const droppedBy = (candidates: readonly Candidate[], present: (name: string) => boolean) =>
  candidates.flatMap((candidate) =>
    droppedIndexes(candidate.change.statement ?? '')
      .filter((name) => !present(name))
      .map((name) => ({ candidate, name })),
  );

/**
 * Whether a migration took away the index that the slow statements need: finds one that drops an index which is gone,
 * works out from the statements which columns they need, and tries that index on an empty copy of the schema.
 */
export const findMissingIndex = async (
  { tools }: Case,
  lane: Lane,
  scan: Scan,
  candidates: readonly Candidate[],
): Promise<MissingIndex | undefined> => {
  lane.status('running', `Which index does ${scan.table} miss?`);
  await lane.pause(1_100);
  const schema = await lane.use(
    'read_schema',
    'Which tables and indexes are there now?',
    { service: scan.service.name },
    async () => {
      const found = await tools.schema(scan.service);
      return { value: found, says: `${found.length} definitions`, output: found };
    },
  );
  const [dropped] = droppedBy(candidates, (name) => definedIndex(schema.join(';\n'), name) !== undefined);
  if (dropped === undefined) {
    lane.finding('No change before the onset dropped an index that is missing now.', []);
    return undefined;
  }
  const { candidate, name } = dropped;
  const { statements } = scan;
  const lookups = statements.flatMap((statement) => readLookup(statement) ?? []);
  const down = definedIndex(candidate.change.down ?? '', name);
  const needed = indexColumns(lookups);
  const columns =
    down?.table === scan.table && down.columns.slice(0, needed.length).join() === needed.join() ? down.columns : needed;
  lane.thought(
    `${candidate.change.title} dropped ${name} at ${clock(candidate.at)}. The statements that scan need (${columns.join(', ')})` +
      (down === undefined
        ? '; the migration has no down part, so the columns come from the statements.'
        : '; its down part agrees.'),
  );
  await lane.pause(1_700);
  const create = `CREATE INDEX ${name} ON ${scan.table} (${columns.join(', ')})`;
  const plans = await lane.use(
    'what_if_index',
    'Would the statements use it again? (empty copy of the schema)',
    { index: create, statements },
    async () => {
      const found = await tools.whatIf(schema, create, statements);
      return { value: found, says: found.map(([first]) => first ?? '').join(' · '), output: found };
    },
  );
  if (plans.some((plan) => scannedTables(plan).length > 0)) {
    lane.finding(`An index on (${columns.join(', ')}) would not be used: not the whole cause.`, []);
    return undefined;
  }
  const evidenceId = lane.evidence({
    type: 'code_change',
    source: `${scan.service.name} schema copy`,
    severity: 'info',
    summary: `With an index on (${columns.join(', ')}) the plan is ${plans[0]?.[0] ?? ''} instead of ${scan.plan[0] ?? ''}`,
    data: {
      kind: 'query',
      statement: scan.statement,
      plan: `now:  ${scan.plan.join(' · ')}\nwith: ${(plans[0] ?? []).join(' · ')}`,
    },
  });
  lane.finding(
    `With ${name} (${columns.join(', ')}) all ${statements.length} scanning statements search again instead of scanning.`,
    [evidenceId, candidate.evidenceId],
  );
  return { name, columns, create, drop: `DROP INDEX ${name}`, migration: candidate, plans, evidenceId };
};
