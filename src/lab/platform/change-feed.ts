import { randomBytes } from 'node:crypto';

/** What was done to the shop, by people, pipelines and agents. */
export type Change = {
  changeId: string;
  at: string;
  kind: 'deploy' | 'migration' | 'config' | 'job' | 'operation';
  service: string;
  title: string;
  author: string;
  before?: string;
  after?: string;
  /** A migration's statements; what it says to undo itself, where its author wrote that down. */
  statement?: string;
  down?: string;
  /** The commits of a release. */
  notes?: string[];
};
export type NewChange = Omit<Change, 'changeId' | 'at'>;

const KEPT = 500;

const timeOf = (text: string | null, otherwise: number): number => {
  if (text === null) return otherwise;
  const parsed = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(parsed) ? otherwise : parsed;
};

/** The change feed: who changed what and when, in order of time. */
export const createChangeFeed = () => {
  let changes: Change[] = [];
  return {
    add: (change: NewChange): Change => {
      const recorded = { changeId: `chg_${randomBytes(8).toString('hex')}`, at: new Date().toISOString(), ...change };
      changes = [...changes, recorded].slice(-KEPT);
      return recorded;
    },
    find: (query: URLSearchParams): Change[] => {
      const from = timeOf(query.get('from'), 0);
      const to = timeOf(query.get('to'), Number.POSITIVE_INFINITY);
      const service = query.get('service');
      return changes.filter(
        (change) =>
          Date.parse(change.at) >= from &&
          Date.parse(change.at) <= to &&
          (service === null || change.service === service),
      );
    },
    clear: (): void => {
      changes = [];
    },
  };
};

export type ChangeFeed = ReturnType<typeof createChangeFeed>;
