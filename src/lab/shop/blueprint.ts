import { between, createRandom, pick } from '../runtime/random.ts';

/** What this shop calls its things. Only the shop and who breaks it know it; agents find out. */
export type Blueprint = {
  seed: string;
  table: string;
  owner: string;
  state: string;
  time: string;
  amount: string;
  note: string;
  indexName: string;
  indexColumns: string[];
  /** Whether the hot queries ask for a state as well. */
  byState: boolean;
  owners: number;
  /** Added to the number of rows, so that it is no round one. */
  oddRows: number;
  firstMigration: number;
  /** Whether this team writes down migrations. */
  writesDown: boolean;
  /** By service. */
  versions: Record<string, string>;
  flags: [string, ...string[]];
  provider: string;
  queue: string;
  jobs: [string, ...string[]];
  people: [string, ...string[]];
  certificates: { server: string; client: string };
  /** How this team writes the keys of its settings. */
  keyStyle: 'dots' | 'underscores' | 'upper';
};

const PEOPLE = ['mara', 'jon', 'ife', 'tomasz', 'yuki', 'carla', 'noor', 'pieter', 'sol', 'anneke'] as const;
const JOBS = [
  'reprice_backlog',
  'recount_loyalty',
  'backfill_vat',
  'rewrite_notes',
  'archive_prep',
  'fix_currency',
] as const;
const FLAGS = [
  'gift_wrap_banner',
  'express_badge',
  'new_address_form',
  'loyalty_hint',
  'dark_basket',
  'photo_zoom',
] as const;

const some = <T>(random: () => number, items: readonly T[], first: T): [T, ...T[]] => [
  first,
  ...items.filter((item) => item !== first && random() < 0.5),
];

/** The shop of a seed. */
export const blueprintOf = (seed: string): Blueprint => {
  const random = createRandom(seed);
  const table = pick(random, ['orders', 'purchases', 'sales', 'shop_orders', 'order_lines', 'baskets']);
  const owner = pick(random, ['customer_id', 'account_id', 'buyer_id', 'shopper_id', 'tenant_id']);
  const time = pick(random, ['created_at', 'placed_at', 'ordered_at', 'submitted_at']);
  const state = pick(random, ['status', 'state', 'phase']);
  const byState = random() < 0.5;
  const indexColumns = byState ? [owner, state, time] : [owner, time];
  const version = (): string => `${between(random, 2, 6)}.${between(random, 3, 30)}.${between(random, 0, 9)}`;
  const provider = `${pick(random, ['nord', 'blue', 'swift', 'clear', 'open', 'kite'])}${pick(random, ['pay', 'card', 'bank', 'charge'])}`;
  return {
    seed,
    table,
    owner,
    state,
    time,
    amount: pick(random, ['total_cents', 'amount_cents', 'net_cents']),
    note: pick(random, ['note', 'comment', 'memo']),
    indexName: pick(random, [
      `idx_${table}_${indexColumns.join('_')}`,
      `${table}_${owner}_${time}_idx`,
      `ix_${table}_${owner}`,
    ]),
    indexColumns,
    byState,
    owners: between(random, 18_000, 26_000),
    oddRows: between(random, 101, 997),
    firstMigration: between(random, 31, 84),
    writesDown: random() < 0.5,
    versions: {
      gateway: version(),
      orders: version(),
      payments: version(),
      queue: version(),
      worker: version(),
      [provider]: version(),
    },
    flags: some(random, FLAGS, pick(random, FLAGS)),
    provider,
    queue: pick(random, ['shipping', 'fulfilment', 'dispatch', 'parcels', 'deliveries']),
    jobs: some(random, JOBS, pick(random, JOBS)),
    people: some(random, PEOPLE, pick(random, PEOPLE)),
    certificates: {
      server: pick(random, [`${provider}-server`, `${provider}-tls`, `tls-${provider}`]),
      client: pick(random, ['payments-client', 'payments-mtls', `payments-to-${provider}`]),
    },
    keyStyle: pick(random, ['dots', 'underscores', 'upper']),
  };
};

/** The statements of the shop, by the names that its metrics give them. */
export const statementsOf = (
  shop: Blueprint,
): { recent: string; spend: string; byId: string; insert: string; ship: string } => {
  const { table, owner, state, time, amount } = shop;
  const stateTerm = shop.byState ? ` AND ${state} = ?` : '';
  return {
    recent: `SELECT id, ${amount}, ${state}, ${time} FROM ${table} WHERE ${owner} = ?${stateTerm} ORDER BY ${time} DESC LIMIT 20`,
    spend: `SELECT count(*) AS orders, sum(${amount}) AS cents FROM ${table} WHERE ${owner} = ?${stateTerm} AND ${time} >= ?`,
    byId: `SELECT id, ${owner}, ${amount}, ${state}, ${time} FROM ${table} WHERE id = ?`,
    insert: `INSERT INTO ${table} (${owner}, ${state}, ${amount}, ${shop.note}, ${time}) VALUES (?, ?, ?, ?, ?) RETURNING id`,
    ship: `UPDATE ${table} SET ${state} = ? WHERE id = ?`,
  };
};

export const createIndexOf = (shop: Blueprint): string =>
  `CREATE INDEX ${shop.indexName} ON ${shop.table} (${shop.indexColumns.join(', ')})`;
