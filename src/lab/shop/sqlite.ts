export type Row = Record<string, unknown>;
export type Value = string | number | null;

/** What Node's own SQLite (22.13 and later) and the package with the same interface have in common. */
export type Database = {
  exec: (sql: string) => void;
  prepare: (sql: string) => {
    run: (...values: Value[]) => unknown;
    get: (...values: Value[]) => Row | undefined;
    all: (...values: Value[]) => Row[];
  };
  close: () => void;
};

type Sqlite = { DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => Database };

const isSqlite = (module: object | undefined): module is Sqlite =>
  module !== undefined && 'DatabaseSync' in module && typeof module.DatabaseSync === 'function';

/** Node calls its SQLite experimental, once and on stderr; nobody at the lab's terminal can act on it. */
const builtin = (): object | undefined => {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
};

/** Opens a database with whichever SQLite this Node has. */
export const openDatabase = async (path: string, options: { readOnly?: boolean } = {}): Promise<Database> => {
  const own = builtin();
  const { DatabaseSync } = isSqlite(own) ? own : await import('@photostructure/sqlite');
  return new DatabaseSync(path, options);
};
