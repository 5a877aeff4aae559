import { definedIndex, droppedIndexes, indexColumns, readLookup, scannedTables } from '../analysis/statement.ts';
import type { Case } from '../case.ts';
import type { Candidate, Facts, SlowStatement } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { recreateIndex } from '../plans/recreate-index.ts';
import { clock, count, duration, lead, seconds } from '../words.ts';
import { type CauseFinder, type Clue, changesOf, risesOf, type Tested } from './cause.ts';

/** More than the worst few say nothing new. */
const EXPLAINED = 5;

type Explained = { statement: string; plan: string[]; table: string | undefined };
type Dropped = { candidate: Candidate; name: string };

const explainAll = async ({ platform }: Case, lane: Lane, service: string, slow: readonly SlowStatement[]) =>
  lane.use(
    'explain_query_plan',
    'How does the database run the slow statements?',
    { service, statements: slow.length },
    async () => {
      // At once: each waits behind the slow queries of the service, and they need not wait for each other.
      const value = await Promise.all(
        slow.map(async ({ statement }): Promise<Explained> => {
          const plan = await platform.explain(service, statement);
          return { statement, plan, table: scannedTables(plan)[0] };
        }),
      );
      const scans = value.filter(({ table }) => table !== undefined).length;
      return {
        value,
        says: `${scans} of ${value.length} read a whole table`,
        lines: value.map(({ statement, plan }) => `${plan.join(' · ')}  ←  ${statement}`),
      };
    },
  );

const readSchema = ({ platform }: Case, lane: Lane, service: string, table: string) =>
  lane.use('read_schema', `Which indexes does ${table} have now, and how many rows?`, { service, table }, async () => {
    const [schema, { rows }] = await Promise.all([
      platform.schema(service),
      platform.sql(service, `SELECT count(*) AS n FROM ${table}`),
    ]);
    const of = schema.filter((sql) => new RegExp(`\\b${table}\\b`).test(sql));
    const total = Number(rows[0]?.n ?? 0);
    return {
      value: { schema, rows: total },
      says: `${count(total)} rows, ${of.length} definitions`,
      lines: [`${table}: ${count(total)} rows`, ...of],
    };
  });

/** What a migration before the onset took away from this table that these statements need, tried on a copy. */
const tryIndex = async (
  { platform }: Case,
  lane: Lane,
  { schema, dropped, table, statements }: { schema: string[]; dropped: Dropped; table: string; statements: string[] },
) => {
  const lookups = statements
    .flatMap((statement) => readLookup(statement) ?? [])
    .filter((lookup) => lookup.table === table);
  const down = definedIndex(dropped.candidate.change.down ?? '', dropped.name);
  const needed = indexColumns(lookups);
  const columns =
    down?.table === table && down.columns.slice(0, needed.length).join() === needed.join() ? down.columns : needed;
  if (columns.length === 0) return undefined;
  const create = `CREATE INDEX ${dropped.name} ON ${table} (${columns.join(', ')})`;
  const tried = await lane.use(
    'what_if_index',
    'Would the statements use it again? (an empty copy of the schema)',
    { index: create },
    async () => {
      const plans = await platform.whatIf(schema, create, statements);
      const scans = plans.filter((plan) => scannedTables(plan).length > 0).length;
      return {
        value: plans,
        says: scans === 0 ? `all ${plans.length} search by an index` : `${scans} of ${plans.length} still scan`,
        lines: plans.map((plan) => `with ${dropped.name} (${columns.join(', ')}): ${plan.join(' · ')}`),
      };
    },
  );
  return tried === undefined ? undefined : { tried, columns, create };
};

const test = async (
  work: Case,
  lane: Lane,
  facts: Facts,
  service: string,
  slow: readonly SlowStatement[],
): Promise<Tested | undefined> => {
  const some = slow.slice(0, EXPLAINED);
  const explained = await explainAll(work, lane, service, some);
  if (explained === undefined) return undefined;
  const worst = explained.value.find(({ table }) => table !== undefined);
  const citePlan = lane.evidence(explained, worst?.plan[0] ?? '', () => ({
    type: 'log',
    source: `${service} database`,
    severity: 'critical',
    summary: `The plan of the slow statement: ${(worst ?? explained.value[0])?.plan.join(' · ') ?? ''}`,
    data: {
      kind: 'query',
      statement: (worst ?? explained.value[0])?.statement ?? '',
      plan: ((worst ?? explained.value[0])?.plan ?? []).join('\n'),
    },
  }));
  if (worst?.table === undefined) {
    return { weight: 'strong against', because: 'The slow statements all search by an index', cited: [citePlan()] };
  }
  const { table } = worst;
  const statements = explained.value.filter((one) => one.table === table).map(({ statement }) => statement);
  const read = await readSchema(work, lane, service, table);
  if (read === undefined) return undefined;
  const { schema, rows } = read.value;
  const gone = changesOf(facts, 'migration', service).flatMap((candidate) =>
    droppedIndexes(candidate.change.statement ?? '')
      .filter((name) => definedIndex(schema.join(';\n'), name) === undefined)
      .map((name): Dropped => ({ candidate, name })),
  );
  for (const dropped of gone) {
    const attempt = await tryIndex(work, lane, { schema, dropped, table, statements });
    if (attempt === undefined || attempt.tried.value.some((plan) => scannedTables(plan).length > 0)) continue;
    const { tried, columns, create } = attempt;
    const { candidate, name } = dropped;
    const citeTry = lane.evidence(tried, name, (plans) => ({
      type: 'code_change',
      source: `${service} schema, copied`,
      severity: 'info',
      summary: `With ${name} (${columns.join(', ')}) the plan is ${plans[0]?.join(' · ') ?? ''}`,
      data: {
        kind: 'query',
        statement: worst.statement,
        plan: `now:  ${worst.plan.join(' · ')}\nwith: ${plans[0]?.join(' · ') ?? ''}`,
      },
    }));
    const cited = [citePlan(), citeTry(), candidate.cite()];
    const before = facts.onset.before;
    return {
      weight: 'decisive for',
      because: `With ${name} back, every statement that scans ${table} searches again`,
      cited,
      statement: `${candidate.change.title} dropped the index ${name} that lookups on ${table} need`,
      subject: name,
      changeId: candidate.change.changeId,
      rootCause:
        `Migration ${candidate.change.title} dropped the index ${name} of ${service} at ${clock(candidate.at)}. ` +
        `Without it a lookup by ${columns[0] ?? ''} reads all ${count(rows)} rows of ${table}: ${duration(some[0]?.meanMs ?? 0)} on average.`,
      chain: [
        {
          label: `${candidate.change.author} ran ${candidate.change.title}: DROP INDEX ${name}`,
          at: candidate.at,
          cited: [candidate.cite()],
        },
        { label: `Lookups on ${table} read all ${count(rows)} rows`, cited: [citePlan(), citeTry()] },
      ],
      remedies: [
        recreateIndex({
          facts,
          service,
          name,
          table,
          columns,
          create,
          rows,
          statement: worst.statement,
          before,
          migration: candidate,
          cited,
        }),
      ],
    };
  }
  return {
    weight: 'for',
    because: `The plan reads all ${count(rows)} rows of ${table}, but no change that dropped an index explains it`,
    cited: [citePlan()],
    statement: `A lookup on ${table} of ${service} has no index to use`,
    subject: table,
  };
};

/** A query that got slow because an index that it needs was dropped. */
export const missingIndex: CauseFinder = (facts) => {
  const services = [
    ...new Set([
      ...facts.slow.map(({ service }) => service),
      ...risesOf(facts, { metric: 'db_query_duration_seconds', operation: 'mean', ratio: 2 }).map(
        ({ labels }) => labels.service ?? '',
      ),
    ]),
  ];
  return services.flatMap((service) => {
    const slow = facts.slow.filter((one) => one.service === service);
    const [rise] = risesOf(facts, { metric: 'db_query_duration_seconds', service, operation: 'mean', ratio: 2 });
    const dropping = changesOf(facts, 'migration', service).find(
      ({ change }) => droppedIndexes(change.statement ?? '').length > 0,
    );
    if (slow.length === 0 && rise === undefined) return [];
    const clues: Clue[] = [
      ...(rise === undefined
        ? [{ weight: 'against' as const, because: 'No query of it takes longer than before', cite: [] }]
        : [
            {
              weight: 'strong for' as const,
              because: `Query ${rise.labels.query ?? ''} went from ${seconds(rise.before)} to ${seconds(rise.after)}`,
              cite: [rise.cite],
            },
          ]),
      ...slow.slice(0, 1).map(({ count: times, meanMs, cite }) => ({
        weight: 'for' as const,
        because: `${service} logs a statement of ${duration(meanMs)}, ${times} times`,
        cite: [cite],
      })),
      ...(dropping === undefined
        ? []
        : [
            {
              weight: 'for' as const,
              because: `${dropping.change.title} dropped an index ${lead(dropping.leadMs)}`,
              cite: [dropping.cite],
            },
          ]),
    ];
    return [
      {
        kind: 'missing_index',
        service,
        subject: slow[0]?.statement ?? '',
        changeId: dropping?.change.changeId,
        statement: `A query of ${service} lost the index that it needs`,
        agentName: 'Database',
        prior: 0.2,
        why: 'Queries are slower than before',
        clues,
        beganAt: rise?.at,
        check: 'Do the slow statements scan, and would a dropped index make them search again?',
        test: (work, lane) => test(work, lane, facts, service, slow),
      },
    ];
  });
};
