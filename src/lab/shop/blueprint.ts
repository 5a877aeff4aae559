import { z } from 'zod';
import { between, createRandom, pick } from '../runtime/random.ts';

/** What this shop's schema is called. Only the shop and the fault know it; agents find out. */
export const Blueprint = z.object({
  table: z.string(),
  owner: z.string(),
  state: z.string(),
  time: z.string(),
  amount: z.string(),
  note: z.string(),
  indexName: z.string(),
  indexColumns: z.array(z.string()),
  /** Whether the hot queries ask for a state as well. */
  byState: z.boolean(),
  owners: z.number(),
  /** Added to the number of rows, so that it is no round one. */
  oddRows: z.number(),
  firstMigration: z.number(),
  /** Whether this team writes down migrations. */
  writesDown: z.boolean(),
  release: z.string(),
  flag: z.string(),
});
export type Blueprint = z.infer<typeof Blueprint>;

/** The shop of a seed. */
export const blueprintOf = (seed: string): Blueprint => {
  const random = createRandom(seed);
  const table = pick(random, ['orders', 'purchases', 'sales', 'shop_orders', 'order_lines', 'baskets']);
  const owner = pick(random, ['customer_id', 'account_id', 'buyer_id', 'shopper_id', 'tenant_id']);
  const time = pick(random, ['created_at', 'placed_at', 'ordered_at', 'submitted_at']);
  const state = pick(random, ['status', 'state', 'phase']);
  const byState = random() < 0.5;
  const indexColumns = byState ? [owner, state, time] : [owner, time];
  return {
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
    release: `${between(random, 2, 6)}.${between(random, 3, 30)}.${between(random, 0, 9)}`,
    flag: pick(random, ['gift_wrap_banner', 'express_badge', 'new_address_form', 'loyalty_hint']),
  };
};

/** The statements of the shop, by the names that its metrics give them. */
export const statementsOf = (shop: Blueprint): { recent: string; spend: string; byId: string } => {
  const { table, owner, state, time, amount } = shop;
  const stateTerm = shop.byState ? ` AND ${state} = ?` : '';
  return {
    recent: `SELECT id, ${amount}, ${state}, ${time} FROM ${table} WHERE ${owner} = ?${stateTerm} ORDER BY ${time} DESC LIMIT 20`,
    spend: `SELECT count(*) AS orders, sum(${amount}) AS cents FROM ${table} WHERE ${owner} = ?${stateTerm} AND ${time} >= ?`,
    byId: `SELECT id, ${owner}, ${amount}, ${state}, ${time} FROM ${table} WHERE id = ?`,
  };
};

export const createIndexOf = (shop: Blueprint): string =>
  `CREATE INDEX ${shop.indexName} ON ${shop.table} (${shop.indexColumns.join(', ')})`;
