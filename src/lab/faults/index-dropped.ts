import { pick } from '../runtime/random.ts';
import { statementsOf } from '../shop/blueprint.ts';
import type { Fault } from './fault.ts';
import type { ShopControl } from './shop-control.ts';

const USED_INDEX = /USING (?:COVERING )?INDEX (\w+)/;

/** The index that the hot query uses now, whoever made it. */
const hotIndex = async ({ sql, shop }: ShopControl): Promise<string | undefined> => {
  const plan = await sql(`EXPLAIN QUERY PLAN ${statementsOf(shop).recent}`);
  return plan.map(({ detail }) => USED_INDEX.exec(String(detail))?.[1]).find((name) => name !== undefined);
};

/** A migration drops an index that somebody thought unused. */
export const indexDropped: Fault = {
  id: 'index',
  title: 'A migration drops an index',
  inject: async (control) => {
    const { sql, migrate, random, shop } = control;
    const index = await hotIndex(control);
    if (index === undefined) throw new Error('the index is missing already');
    const [definition] = await sql(`SELECT sql FROM sqlite_master WHERE name = '${index}'`);
    const { file, changeId } = await migrate(
      pick(random, ['drop_unused_indexes', 'slim_down_indexes', 'reclaim_index_space', 'index_housekeeping']),
      `-- in no report's plan; frees disk space and speeds up writes\nDROP INDEX ${index};`,
      shop.writesDown ? `${String(definition?.sql)};` : undefined,
    );
    return {
      truth: { kind: 'missing_index', services: ['orders'], subjects: [index, file], changeIds: [changeId] },
      isActive: async () => (await hotIndex(control)) === undefined,
    };
  },
};
