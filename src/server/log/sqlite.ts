import { rm } from 'node:fs/promises';

/**
 * Hides which SQLite we run on: Node's own where it has one (>=22.13), otherwise the package with the same interface.
 * Only what both have in all supported versions is declared here.
 */
export type SqlValue = string | number | null;
export type Row = Record<string, unknown>;

export type Statement = {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
  iterate(...values: SqlValue[]): IterableIterator<Row>;
};

export type Database = {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
};

type SqliteModule = { DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => Database };

const isSqliteModule = (module: object | undefined): module is SqliteModule =>
  module !== undefined && 'DatabaseSync' in module && typeof module.DatabaseSync === 'function';

/** Node announces its SQLite as experimental at the first load; that one warning is known and wanted by nobody. */
const builtinWithoutWarning = (): object | undefined => {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) {
      Reflect.apply(emitWarning, process, [warning, ...rest]);
    }
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
};

/** A database in WAL mode is these files. */
export const DATABASE_SUFFIXES = ['', '-wal', '-shm'] as const;

/** Removes a database that nobody has open. */
export const removeDatabase = async (path: string): Promise<void> => {
  for (const suffix of DATABASE_SUFFIXES) await rm(path + suffix, { force: true });
};

/** Opens a database file with whichever SQLite this Node has. */
export const openDatabase = async (path: string, options: { readOnly?: boolean } = {}): Promise<Database> => {
  const builtin = builtinWithoutWarning();
  const { DatabaseSync } = isSqliteModule(builtin) ? builtin : await import('@photostructure/sqlite');
  return new DatabaseSync(path, options);
};

/** A column that the schema declares as TEXT NOT NULL. */
export const text = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`Column ${column} holds no text.`);
  return value;
};

/** A column that holds an integer; `fallback` stands for NULL, for aggregates of nothing. */
export const integer = (row: Row | undefined, column: string, fallback?: number): number => {
  const value = row?.[column] ?? fallback;
  if (typeof value !== 'number') throw new TypeError(`Column ${column} holds no integer.`);
  return value;
};
