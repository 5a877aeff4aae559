/** A column that a statement compares, in the order of its placeholders. */
export type Term = { column: string; kind: 'equal' | 'range' };
export type Lookup = { table: string; terms: Term[]; orderBy: string[] };

const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const CLAUSE_END = '(?=\\s+(?:group|order|limit|having)\\b|\\s*;|\\s*$)';

const pattern = (source: string): RegExp => new RegExp(source, 'is');

/** Reads what a SELECT on one table looks for; undefined for a statement that this can't read. */
export const readLookup = (statement: string): Lookup | undefined => {
  const table = pattern(`\\bfrom\\s+"?(${NAME})"?`).exec(statement)?.[1];
  const where = pattern(`\\bwhere\\s+(.+?)${CLAUSE_END}`).exec(statement)?.[1];
  if (table === undefined || where === undefined || /\bor\b/i.test(where)) return undefined;
  const terms = where.split(/\band\b/i).flatMap((text): Term[] => {
    const [, column, operator] =
      pattern(`^\\s*"?(${NAME})"?\\s*(=|>=|<=|>|<)\\s*(?:\\?|[:$@]\\w+|'[^']*'|\\d+)\\s*$`).exec(text) ?? [];
    return column === undefined ? [] : [{ column, kind: operator === '=' ? 'equal' : 'range' }];
  });
  const order = pattern(`\\border\\s+by\\s+(.+?)${CLAUSE_END}`).exec(statement)?.[1] ?? '';
  const orderBy = order
    .split(',')
    .flatMap((text) => pattern(`^\\s*"?(${NAME})"?(?:\\s+(?:asc|desc))?\\s*$`).exec(text)?.[1] ?? []);
  return { table, terms, orderBy };
};

/**
 * The columns of an index that serves all of these lookups on one table: those compared for equality first, then the
 * one they sort or cut a range by. What only some ask for equality goes behind what all do.
 */
export const indexColumns = (lookups: readonly Lookup[]): string[] => {
  const counts = new Map<string, number>();
  for (const { terms } of lookups) {
    for (const { column, kind } of terms) if (kind === 'equal') counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  const equal = [...counts].sort(([, a], [, b]) => b - a).map(([column]) => column);
  const ordered = lookups.flatMap(({ terms, orderBy }) => [
    ...orderBy.slice(0, 1),
    ...terms.filter(({ kind }) => kind === 'range').map(({ column }) => column),
  ]);
  const [tail] = ordered.filter((column) => !equal.includes(column));
  return tail === undefined ? equal : [...equal, tail];
};

/** The indexes that a migration drops. */
export const droppedIndexes = (statements: string): string[] =>
  [...statements.matchAll(new RegExp(`drop\\s+index\\s+(?:if\\s+exists\\s+)?"?(${NAME})"?`, 'gi'))].flatMap(
    ([, name]) => name ?? [],
  );

/** The definition of an index in a text of statements: its table and columns; undefined where it isn't there. */
export const definedIndex = (statements: string, name: string): { table: string; columns: string[] } | undefined => {
  const found = pattern(
    `create\\s+(?:unique\\s+)?index\\s+(?:if\\s+not\\s+exists\\s+)?"?${name}"?\\s+on\\s+"?(${NAME})"?\\s*\\(([^)]*)\\)`,
  ).exec(statements);
  const [, table, columns] = found ?? [];
  return table === undefined || columns === undefined
    ? undefined
    : { table, columns: columns.split(',').map((column) => column.trim()) };
};

/** The tables that a plan reads from end to end. */
export const scannedTables = (plan: readonly string[]): string[] =>
  plan.flatMap((line) => (/USING (?:COVERING )?INDEX/.test(line) ? [] : (/^SCAN (\w+)/.exec(line)?.[1] ?? [])));
