import type { Cited } from '../cited.ts';
import type { Candidate, Facts } from '../facts.ts';
import { count, duration } from '../words.ts';
import type { Remedy } from './remedy.ts';

/** How fast rows are indexed, for the estimate in the plan; measured on a small machine. */
const INDEXED_ROWS_PER_SECOND = 700_000;

type Wanted = {
  facts: Facts;
  service: string;
  name: string;
  table: string;
  columns: readonly string[];
  create: string;
  rows: number;
  statement: string;
  before: number;
  migration: Candidate;
  cited: readonly Cited[];
};

/** The number after the newest migration that is known, in as many digits. */
const nextMigration = (facts: Facts, { name, table, migration }: Wanted): string => {
  const numbers = [migration, ...facts.changes].flatMap(({ change }) =>
    change.kind === 'migration' ? (/^\d+/.exec(change.title) ?? []) : [],
  );
  const newest = Math.max(0, ...numbers.map(Number));
  const digits = Math.max(4, ...numbers.map(({ length }) => length));
  const slug = `recreate_${name}_on_${table}`.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  return `${String(newest + 1).padStart(digits, '0')}_${slug}.sql`;
};

/** Puts the index back, as a migration of its own. */
export const recreateIndex = (wanted: Wanted): Remedy => {
  const { facts, service, name, table, columns, create, rows, statement, migration, cited } = wanted;
  const file = nextMigration(facts, wanted);
  const down = `DROP INDEX ${name};`;
  const up = `${create};`;
  const blocked = duration(Math.max(200, (rows / INDEXED_ROWS_PER_SECOND) * 1000));
  const newest = Number.parseInt(file, 10) - 1;
  return {
    title: `Recreate the index ${name} on ${table}`,
    description: `Puts back what ${migration.change.title} dropped (${columns.join(', ')}), as a migration of its own: ${file}.`,
    service,
    risk: 'low',
    operation: { type: 'sql_migration', args: { service, file, up, down } },
    step: `Run ${file}`,
    command: up,
    expectedEffect: `Queries of ${service} wait about ${blocked} (estimated) while ${count(rows)} rows are indexed; then lookups on ${table} are as fast as before`,
    facts: [
      {
        statement: `${migration.change.title} is the newest migration of ${service}`,
        observed: `newest is ${newest}`,
        check: {
          kind: 'state',
          type: 'sql_migration',
          args: { service, file, up, down },
          field: 'newest',
          anyOf: [newest],
        },
        cited: cited.slice(-1),
      },
      {
        statement: `The lookup on ${table} still reads the whole table`,
        observed: `SCAN ${table}`,
        check: { kind: 'scans', service, statement, table },
        cited: cited.slice(0, 1),
      },
    ],
    expect: ['newest'],
    undo: {
      reversibility: 'reversible',
      description: `Drops ${name} again; takes well under a second`,
      operation: {
        type: 'sql_migration',
        args: {
          service,
          // Its place where nothing comes between; it is numbered anew as it runs.
          file: file.replace(
            /^\d+_recreate/,
            (start) => `${String(Number.parseInt(start, 10) + 1).padStart(start.split('_')[0]?.length ?? 4, '0')}_undo`,
          ),
          up: down,
          down: up,
        },
      },
      command: down,
    },
    impact: { itself: `Queries wait about ${blocked}, once`, dependents: 'Slow for that moment, then as before' },
  };
};
